/// The cross-platform configuration socket of WireGuard (UAPI): a server for a device of ours, and
/// a client for a device of another process.
///
/// May use `secret`, `config`, `uapi.text`, `ip.port`, `protocol.drop`, `protocol.keys`. Servers
/// and clients are thread-safe; each connection is confined to a virtual thread of its own. Read
/// [dev.adit.device.uapi.UapiServer] first.
package dev.adit.device.uapi;
