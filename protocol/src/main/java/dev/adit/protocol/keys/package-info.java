/// Key material as values that cannot be printed, compared or forgotten by accident.
///
/// May use `crypto.spi`, `crypto`. Secrets live outside the Java heap and are erased by whoever
/// made them. Read [dev.adit.protocol.keys.SecretKey] first.
package dev.adit.protocol.keys;
