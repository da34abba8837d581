/// Updates while they are read line by line, from a file or from UAPI.
///
/// May use `config`, `ip.address`, `protocol.keys`. Confined to one thread.
package dev.adit.device.config.draft;
