/// mac1, mac2 and cookie replies: proof of a sender's address under load (paper §5.3).
///
/// May use `crypto`, `wire`, `keys`, `ip.bytes`, `ip.address`. Each class belongs to an interface
/// or a peer; [dev.adit.protocol.cookie.CookieChecker], the one to read first, is thread-safe, the
/// others are called with their owner's lock held.
package dev.adit.protocol.cookie;
