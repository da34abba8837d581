package dev.adit.fuzz;

import dev.adit.device.config.file.ConfFileFuzz;
import dev.adit.device.dns.DnsReplyFuzz;
import dev.adit.device.pipeline.send.PacketFuzz;
import dev.adit.device.uapi.ConnectionFuzz;
import dev.adit.device.uapi.text.UapiTextFuzz;
import dev.adit.ip.header.CoalescerFuzz;
import dev.adit.os.linux.TunReadFuzz;
import dev.adit.os.linux.TunWriteFuzz;
import dev.adit.protocol.tunnel.AllowedIpsFuzz;
import dev.adit.protocol.tunnel.DatagramFuzz;
import dev.adit.proxy.UsersFileFuzz;
import dev.adit.proxy.http.AuthorityFuzz;
import dev.adit.proxy.http.HttpRequestFuzz;
import dev.adit.proxy.http.HttpResponseFuzz;
import dev.adit.proxy.socks.SocksFuzz;
import dev.adit.proxy.socks.UdpHeaderFuzz;
import dev.adit.stack.StackPacketFuzz;
import dev.adit.stack.StackSequenceFuzz;
import dev.adit.tools.ProgramFuzz;
import dev.adit.tools.configure.SetFuzz;
import dev.adit.tools.ifconfig.HostnameFileFuzz;
import dev.adit.tools.ifconfig.IfConfigFuzz;
import dev.adit.tools.netbsd.WgConfigFuzz;
import dev.adit.tools.quick.QuickConfFuzz;

import java.util.List;
import java.util.function.Supplier;

/// Every target and its name, which its seeds have too. Stateless.
final class Targets {
    private record Entry(String name, Supplier<Target> maker) {}

    private static final List<Entry> ALL =
            List.of(
                    new Entry("datagram", DatagramFuzz::new),
                    new Entry("packet", PacketFuzz::new),
                    new Entry("coalescer", CoalescerFuzz::new),
                    new Entry("allowed-ips", AllowedIpsFuzz::new),
                    new Entry("tun-read", TunReadFuzz::new),
                    new Entry("tun-write", TunWriteFuzz::new),
                    new Entry("uapi-text", UapiTextFuzz::new),
                    new Entry("uapi-connection", ConnectionFuzz::new),
                    new Entry("conf-file", ConfFileFuzz::new),
                    new Entry("quick-conf", QuickConfFuzz::new),
                    new Entry("program", ProgramFuzz::new),
                    new Entry("set", SetFuzz::new),
                    new Entry("ifconfig", IfConfigFuzz::new),
                    new Entry("wgconfig", WgConfigFuzz::new),
                    new Entry("hostname-file", HostnameFileFuzz::new),
                    new Entry("dns-reply", DnsReplyFuzz::new),
                    new Entry("stack-packet", StackPacketFuzz::new),
                    new Entry("stack-sequence", StackSequenceFuzz::new),
                    new Entry("socks", SocksFuzz::new),
                    new Entry("socks-datagram", UdpHeaderFuzz::new),
                    new Entry("http-request", HttpRequestFuzz::new),
                    new Entry("http-response", HttpResponseFuzz::new),
                    new Entry("authority", AuthorityFuzz::new),
                    new Entry("users-file", UsersFileFuzz::new));

    /// The names of all of them.
    static List<String> names() {
        return ALL.stream().map(Entry::name).toList();
    }

    /// A new target of that name.
    ///
    /// @throws IllegalArgumentException when there is none
    static Target named(String name) {
        return ALL.stream()
                .filter(entry -> entry.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no target " + name))
                .maker
                .get();
    }

    private Targets() {}
}
