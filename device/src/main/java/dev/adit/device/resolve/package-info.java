/// Names and their addresses: resolvers, the names of peers' endpoints, and the threads that
/// resolve them again.
///
/// May use `dns`, `text`, `config`, `ip.address`, `ip.port`, `protocol.keys`. Thread-safe. Read
/// `EndpointResolver` first.
package dev.adit.device.resolve;
