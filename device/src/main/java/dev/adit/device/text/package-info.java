/// Numbers and scope IDs in text that people write, and hiding possible secrets in it. Stateless
/// classes.
///
/// May use `ip.address`.
package dev.adit.device.text;
