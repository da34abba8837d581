/// mac1, mac2 and cookie replies: proof of address under load (paper §5.3).
///
/// May use `crypto`, `wire`, `keys` and `address`. No class is thread-safe: each belongs to its
/// interface or peer and is called with that one's lock held. Read
/// [dev.adit.protocol.cookie.CookieChecker] first.
package dev.adit.protocol.cookie;
