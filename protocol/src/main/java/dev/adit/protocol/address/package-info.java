/// Who is where: prefixes inside the tunnel, endpoints outside.
///
/// Uses nothing; every type is immutable. Read [dev.adit.protocol.address.IpAddress] first.
package dev.adit.protocol.address;
