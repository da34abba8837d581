/// Ports in memory for tests and simulations: a TUN without a kernel, a network without wires, a
/// clock that stands until it is advanced, and wrappers that fail or record.
///
/// May use `ip.address`, `ip.bytes`, `ip.header`, `ip.packet`, `ip.port`, `protocol.keys`. All of
/// it is exported. Everything is thread-safe unless it says otherwise. Read
/// [dev.adit.testkit.FakeTun] and [dev.adit.testkit.FakeNet] first.
package dev.adit.testkit;
