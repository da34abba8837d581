/// TUN interfaces and batched UDP sockets of Linux.
///
/// May use `ffi`, `ip.address`, `ip.packet`, `ip.header`, `ip.port`. Each port says which of its
/// methods may run at the same time; a [UseCount] keeps descriptors and memory alive while a thread
/// uses them. Read [dev.adit.os.linux.LinuxTun] and [dev.adit.os.linux.LinuxBind] first.
package dev.adit.os.linux;
