import org.jspecify.annotations.NullMarked;

/// TCP, UDP and ICMP over IPv4 and IPv6, without I/O, threads or a clock.
@NullMarked
module dev.adit.stack {
    requires transitive dev.adit.ip;
    requires static org.jspecify;

    exports dev.adit.stack;
    exports dev.adit.stack.hash;
    exports dev.adit.stack.socket;
    exports dev.adit.stack.stats;
}
