/// The names of peers' endpoints, and the threads that look them up anew.
///
/// May use `config` and the addresses and keys of the protocol. Thread-safe. Read
/// `EndpointResolver` first.
package dev.adit.device.resolve;
