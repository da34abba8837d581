/// A TCP/IP stack for one point-to-point link, without I/O, threads or a clock.
///
/// May use all packages below it. Read [dev.adit.stack.Stack] first.
package dev.adit.stack;
