/// An HTTP/1.1 proxy: CONNECT, and requests for `http:` that are forwarded (RFC 9110, RFC 9112).
///
/// May use `stream`, `socks`. Each type says how it may be shared. Read
/// [dev.adit.proxy.http.HttpSession] first.
package dev.adit.proxy.http;
