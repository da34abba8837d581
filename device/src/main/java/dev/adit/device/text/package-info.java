/// Numbers, scopes and secrets in text that people write. Stateless classes.
///
/// May use `ip.address`.
package dev.adit.device.text;
