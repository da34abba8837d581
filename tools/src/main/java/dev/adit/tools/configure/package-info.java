/// `set`, `setconf`, `addconf`, `syncconf` and `showconf`: what changes an interface, and what
/// prints its configuration.
///
/// May use `terminal`, `ip.address`, `protocol.keys`, `device.config`, `device.uapi`. Everything is
/// immutable. Read `ApplyFile` first.
package dev.adit.tools.configure;
