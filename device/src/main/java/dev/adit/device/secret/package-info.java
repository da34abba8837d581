/// Files and output that hold keys: readable by their owner alone, and erased after use.
///
/// May use `protocol.keys`. Read [dev.adit.device.secret.SecretFile] first.
package dev.adit.device.secret;
