/// The commands that change an interface or print its configuration: `set`, `setconf`, `addconf`,
/// `syncconf`, `showconf` and `resolve`.
///
/// May use `terminal`, `ip.address`, `protocol.keys`, `device.config`, `device.config.file`,
/// `device.resolve`, `device.secret`, `device.uapi`. Everything is immutable. Read `ApplyFile`
/// first.
package dev.adit.tools.configure;
