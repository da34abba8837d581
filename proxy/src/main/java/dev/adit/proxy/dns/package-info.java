/// DNS messages of the host's programs, passed on to the name servers in the tunnel.
///
/// May use `stream`, `server`, `device.dns`. Each type says how it may be shared. Read
/// [dev.adit.proxy.dns.DnsForward] first.
package dev.adit.proxy.dns;
