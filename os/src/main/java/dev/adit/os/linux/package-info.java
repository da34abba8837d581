/// TUN interfaces and batched UDP sockets of Linux.
///
/// May use `os.ffi`, `device.io`, `protocol.packet` and `protocol.address`. Each port says which of
/// its methods may run at the same time; a [HandshakeAdmission] keeps descriptors and memory alive
/// while a thread uses them. Read [dev.adit.os.linux.LinuxTun] and [dev.adit.os.linux.LinuxBind]
/// first.
package dev.adit.os.linux;
