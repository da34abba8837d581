/// SOCKS 4, 4a and 5: what clients say and are told.
///
/// May use `stream`. Each type says how it may be shared. Read [dev.adit.proxy.socks.Socks5] first.
package dev.adit.proxy.socks;
