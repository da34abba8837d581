/// Keys as values that cannot be printed, compared in variable time or left unerased by accident.
///
/// May use `crypto.spi`, `crypto`. Secrets live outside the Java heap and are erased by the code
/// that made them. Read [dev.adit.protocol.keys.SecretKey] first.
package dev.adit.protocol.keys;
