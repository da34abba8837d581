/// DNS lookups of our own: a small stub resolver over sockets with a mark, which the system's
/// resolver does not have, and the order of the addresses of a name.
///
/// May use `ip.port`. Read `DnsClient` first.
package dev.adit.device.dns;
