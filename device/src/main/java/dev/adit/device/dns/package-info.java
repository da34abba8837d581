/// Lookups of our own: a small stub resolver for sockets that the system's resolver does not have,
/// and the order of the addresses that a name has.
///
/// May use `ip.port`. Read `DnsClient` first.
package dev.adit.device.dns;
