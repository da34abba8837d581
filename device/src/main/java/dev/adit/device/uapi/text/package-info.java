/// The lines of UAPI, parsed and printed.
///
/// May use `text`, `secret`, `config`, `config.draft`, `ip.address`, `protocol.keys`. Parsers are
/// confined to one thread. Read [dev.adit.device.uapi.text.UapiText] first.
package dev.adit.device.uapi.text;
