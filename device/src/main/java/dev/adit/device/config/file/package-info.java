/// Configuration files of wg(8) and wg-quick(8).
///
/// May use `text`, `secret`, `config`, `config.draft`, `resolve`, `ip.address`, `protocol.keys`.
/// Parsers are confined to one thread. Read [dev.adit.device.config.file.ConfFile] first.
package dev.adit.device.config.file;
