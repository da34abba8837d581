/// The Noise_IKpsk2 handshake: two static keys and a preshared key in, a
/// [dev.adit.protocol.keys.Keypair] out.
///
/// May use `drop`, `crypto.spi`, `crypto`, `wire`, `keys`, `ip.bytes`. Nothing here is thread-safe:
/// whoever owns a handshake guards it. Read [dev.adit.protocol.noise.Handshake] first.
package dev.adit.protocol.noise;
