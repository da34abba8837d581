/// The clients of a proxy: where they connect, how many there may be, what they ask for.
///
/// May use `stream`, `socks`, `http`, `ip.address`. Each type says how it may be shared. Read
/// [dev.adit.proxy.server.ClientHandler] first.
package dev.adit.proxy.server;
