/// The byte orders of numbers in packets.
///
/// May use nothing of ours. Stateless.
package dev.adit.ip.bytes;
