/// Platforms in memory: a TUN without a kernel, a network without wires, a clock that is set.
///
/// Uses what the device and the protocol export, and nothing else, so that the tests of other
/// modules and benchmarks can use it. Everything is thread-safe. Read
/// [dev.adit.device.fake.FakeTun] and [dev.adit.device.fake.FakeNet] first.
package dev.adit.device.fake;
