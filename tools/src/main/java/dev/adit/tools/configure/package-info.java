/// `set`, `setconf`, `addconf`, `syncconf` and `showconf`: what changes an interface, and what
/// prints its configuration.
///
/// May use `terminal`, `device.config` and `device.uapi`. Everything is immutable. Read `ApplyFile`
/// first.
package dev.adit.tools.configure;
