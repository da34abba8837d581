/// A network that exists only in numbers, and tunnels on it: the fixtures of all tests that need a
/// second side.
///
/// Uses what the protocol exports, and nothing else, so that the tests of other modules can use it
/// too. Everything is confined to the thread of its test. Read [dev.adit.protocol.sim.SimNetwork]
/// first.
package dev.adit.protocol.sim;
