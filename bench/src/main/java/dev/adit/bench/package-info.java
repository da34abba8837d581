/// Measurements of speed and size. Nothing here is part of the product.
///
/// `bench/tunnel.sh` measures whole tunnels, `bench/handshakes.sh` a server that all its clients
/// call at once, `bench/stack.sh` a network in a program, `bench/micro.sh` single operations.
package dev.adit.bench;
