/// IP and ICMP: checks of what comes in, reassembly, headers of what goes out, errors, path MTUs.
///
/// May use `stats`, `memory`, `schedule`, `ip.address`, `ip.header`, `ip.bytes`. Each type says how
/// it may be shared. Read [dev.adit.stack.ip.IpHeader] first.
package dev.adit.stack.ip;
