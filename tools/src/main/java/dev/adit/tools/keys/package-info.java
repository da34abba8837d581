/// The commands that make keys.
///
/// May use `terminal`, `protocol.keys`. Stateless; every copy of a secret is erased. Read
/// [dev.adit.tools.keys.GenerateKey] first.
package dev.adit.tools.keys;
