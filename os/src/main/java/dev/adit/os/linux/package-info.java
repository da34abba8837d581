/// Linux TUN interfaces and batched UDP sockets.
///
/// May use `ffi`, `ip.bytes`, `ip.address`, `ip.packet`, `ip.header`, `ip.port`. Each port states
/// which of its methods may run concurrently; a `UseCount` keeps descriptors and memory alive while
/// a thread uses them. Read [dev.adit.os.linux.LinuxTun] and [dev.adit.os.linux.LinuxBind] first.
package dev.adit.os.linux;
