/// The command `adit demo`: two hosts in network namespaces with a tunnel between them, shown at
/// work.
///
/// May use `terminal`, `show`, `ip.address`, `protocol.keys`, `device.config`, `device.uapi`. The
/// main thread goes through the steps; a shutdown hook may clear up at any time. Read
/// [dev.adit.tools.demo.Demo] first.
package dev.adit.tools.demo;
