/// The Noise_IKpsk2 handshake: turns two static keys and a preshared key into a
/// [dev.adit.protocol.keys.Keypair].
///
/// May use `drop`, `crypto.spi`, `crypto`, `wire`, `keys`, `ip.bytes`. Nothing here is thread-safe:
/// the owner of a handshake guards it. Read [dev.adit.protocol.noise.Handshake] first.
package dev.adit.protocol.noise;
