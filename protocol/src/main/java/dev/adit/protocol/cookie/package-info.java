/// mac1, mac2 and cookie replies: proof of address under load (paper §5.3).
///
/// May use `crypto`, `wire`, `keys`, `ip.bytes`, `ip.address`. Each class belongs to an interface
/// or a peer; [dev.adit.protocol.cookie.CookieChecker], which is to be read first, is thread-safe,
/// and the others are called with a lock of theirs held.
package dev.adit.protocol.cookie;
