/// Who is where: prefixes inside the tunnel, endpoints outside.
///
/// Uses nothing; every type is immutable. Read [dev.adit.ip.address.IpAddress] first.
package dev.adit.ip.address;
