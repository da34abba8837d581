/// Who is where: prefixes inside the tunnel, endpoints outside.
///
/// May use nothing of ours. Every type is immutable. Read [dev.adit.ip.address.IpAddress] first.
package dev.adit.ip.address;
