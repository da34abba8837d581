package dev.adit.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.it.lab.Outcome;
import dev.adit.it.lab.Sandbox;
import dev.adit.it.lab.Software;

import org.junit.jupiter.api.Test;

/// The examples of the manuals of NetBSD, OpenBSD and FreeBSD, in their own words.
class BsdToolsTest {

    /// wg(4) of NetBSD. B roams: its address outside changes.
    ///
    /// ```
    /// ┌───────────────────┐  192.0.2.0/24   ┌───────────────────┐
    /// │ here: A           ├─────────────────┤ b: B              │
    /// │ wg0 10.2.0.1      │ wm0        bge0 │ wg1 10.2.0.42     │
    /// └───────────────────┘                 └───────────────────┘
    /// ```
    @Test
    void netBsdJoinsAStationaryServerAndARoamingClient() {
        Outcome outcome =
                Sandbox.run(
                        """
                        ip netns add b
                        ip link add wm0 type veth peer name bge0 netns b
                        ip address add 192.0.2.1/24 dev wm0
                        ip link set up dev wm0
                        b() { ip netns exec b "$@"; }
                        b ip address add 192.0.2.2/24 dev bge0
                        b ip link set up dev bge0

                        umask 077
                        mkdir wg
                        wg-keygen >wg/a
                        wg-keygen --pub <wg/a >wg/a.pub
                        wg-keygen >wg/b
                        wg-keygen --pub <wg/b >wg/b.pub
                        wg-keygen --psk >wg/wg0.A-B

                        ifconfig wg0 create
                        ifconfig wg0 inet 10.2.0.1/24
                        wgconfig wg0 set private-key wg/a
                        wgconfig wg0 set listen-port 1234
                        wgconfig wg0 add peer B \\
                            $(cat wg/b.pub) \\
                            --preshared-key=wg/wg0.A-B \\
                            --allowed-ips=10.2.0.42/32
                        ifconfig wg0 up

                        b ifconfig wg1 create
                        b ifconfig wg1 inet 10.2.0.42/24
                        b wgconfig wg1 set private-key wg/b
                        b wgconfig wg1 add peer A \\
                            $(cat wg/a.pub) \\
                            --preshared-key=wg/wg0.A-B \\
                            --allowed-ips=10.2.0.1/32 \\
                            --endpoint=192.0.2.1:1234
                        b ifconfig wg1 up
                        b ping -n -c 1 -W 5 10.2.0.1 >ping

                        wgconfig wg0
                        b ip address delete 192.0.2.2/24 dev bge0
                        b ip address add 192.0.2.77/24 dev bge0
                        b ping -n -c 1 -W 5 10.2.0.1 >ping
                        wgconfig wg0 show peer B | grep endpoint
                        fails wgconfig wg0 add peer B $(cat wg/a.pub)
                        wgconfig wg0 delete peer B
                        fails ping -n -c 1 -W 1 10.2.0.42 >ping
                        b ifconfig wg1 destroy
                        ifconfig wg0 destroy
                        ip netns delete b
                        nothing_is_left
                        """);
        assertThat(outcome.ok().out())
                .matches(
                        """
                        interface: wg0
                        \tprivate-key: \\(hidden\\)
                        \tlisten-port: 1234
                        \tpeer: B
                        \t\tpublic-key: \\S{44}
                        \t\tendpoint: 192.0.2.2:\\d+
                        \t\tpreshared-key: \\(hidden\\)
                        \t\tallowed-ips: 10.2.0.42/32
                        \t\tlatest-handshake: \\w{3} \\w{3} [ 1-3]\\d [0-9:]{8} \\d{4}
                        \tendpoint: 192.0.2.77:\\d+
                        """);
        assertThat(outcome.err()).isEqualTo("wgconfig: ioctl(SIOCSDRVSPEC): cmd=4: File exists\n");
    }

    /// wg(4) of OpenBSD, as written there.
    @Test
    void openBsdJoinsTwoInterfacesInTwoRoutingDomains() {
        Software.requireTool("openssl");
        Outcome outcome =
                Sandbox.run(
                        """
                        # create interfaces; set random private keys
                        ifconfig wg1 create wgport 7111 wgkey `openssl rand -base64 32` rdomain 1
                        ifconfig wg2 create wgport 7222 wgkey `openssl rand -base64 32` rdomain 2

                        # retrieve the public keys associated with the private keys
                        PUB1="`ifconfig wg1 | grep 'wgpubkey' | cut -d ' ' -f 2`"
                        PUB2="`ifconfig wg2 | grep 'wgpubkey' | cut -d ' ' -f 2`"

                        ifconfig wg1 wgpeer $PUB2 wgendpoint 127.0.0.1 7222 wgaip 192.168.5.2/32
                        ifconfig wg2 wgpeer $PUB1 wgendpoint 127.0.0.1 7111 wgaip 192.168.5.1/32
                        ifconfig wg1 192.168.5.1/24
                        ifconfig wg2 192.168.5.2/24

                        route -T1 exec ping -n -c 1 -W 5 192.168.5.2 >ping

                        ifconfig wg1
                        ifconfig wg1 destroy
                        ip netns
                        ifconfig wg2 destroy
                        nothing_is_left
                        """);
        assertThat(outcome.ok().out())
                .matches(
                        """
                        wg1: flags=80d1<UP,POINTOPOINT,RUNNING,NOARP,MULTICAST> rdomain 1 mtu 1420
                        \tindex \\d+ priority 0 llprio 3
                        \twgport 7111
                        \twgpubkey \\S{44}
                        \twgpeer \\S{44}
                        \t\twgendpoint 127.0.0.1 7222
                        \t\ttx: \\d+, rx: \\d+
                        \t\tlast handshake: \\d+ seconds ago
                        \t\twgaip 192.168.5.2/32
                        \tgroups: wg
                        \tinet 192.168.5.1 netmask 0xffffff00
                        \tinet6 fe80::\\S+%wg1 prefixlen 64 scopeid 0x[0-9a-f]+
                        2 .*
                        """);
    }

    @Test
    void openBsdStartsInterfacesFromHostnameFiles() {
        Outcome outcome =
                Sandbox.run(
                        """
                        umask 077
                        mkdir etc
                        wg-keygen >a
                        wg-keygen >b
                        cat >etc/hostname.wg0 <<END
                        # the one
                        wgkey $(cat a) wgport 51820
                        wgpeer $(wg-keygen --pub <b) wgaip 10.0.0.2/32 wgaip fd00::2/128 wgdescr "the other"
                        inet 10.0.0.1 255.255.255.0
                        inet6 fd00::1 64
                        !ip route add 10.8.0.0/16 dev \\$if
                        up
                        END
                        cat >etc/hostname.wg1 <<END
                        rdomain 7
                        wgkey $(cat b)
                        wgpeer $(wg-keygen --pub <a) wgendpoint 127.0.0.1 51820 wgaip 0.0.0.0/0 wgaip ::/0 wgpka 25
                        inet 10.0.0.2/24
                        inet6 fd00::2/64
                        !route -T 7 -qn add -inet default -iface 10.0.0.2
                        END
                        cp etc/hostname.wg1 etc/hostname.wg2
                        echo 'wgport 70000' >>etc/hostname.wg2
                        fails netstart --folder /run/etc
                        [ -z "$(ls wireguard 2>/dev/null)" ]
                        rm etc/hostname.wg2

                        netstart --folder /run/etc
                        route -T7 exec ping -n -c 1 -W 5 10.0.0.1 >ping
                        await ping -n -c 1 -W 1 fd00::2
                        ip route show 10.8.0.0/16
                        route -T7 exec ip route show default
                        ifconfig wg0 down up
                        fails netstart --folder /run/etc wg1 # the default route is there
                        await ping -n -c 1 -W 1 fd00::2
                        ifconfig wg0 destroy
                        ifconfig wg1 destroy
                        nothing_is_left
                        """);
        assertThat(outcome.ok().out())
                .matches("10.8.0.0/16 dev wg0 scope link \ndefault dev wg1 scope link \n");
        assertThat(outcome.err())
                .contains("netstart: /run/etc/hostname.wg2:7: wgport: 70000, too large\n");
    }

    /// Comments behind a command and in any encoding, lines that backslashes join, short addresses,
    /// words that mean nothing here, and a route by the interface's own address.
    @Test
    void openBsdStartsFilesAsGuidesWriteThem() {
        Outcome outcome =
                Sandbox.run(
                        """
                        umask 077
                        wg-keygen >key
                        wg-keygen | wg-keygen --pub >peer
                        cat >hostname.wg0 <<'END'
                        wgkey file:/run/key wgport 51820    # made by wg-keygen
                        wgpeer PEER \
                            wgdescr "the # one" \
                            wgendpoint 192.0.2.7 51820 \
                            wgaip 10.8/16 wgaip fd00::/8
                        inet 10.1 255.255.255.0 NONE description "Bob's uplink" group vpn
                        rtlabel office
                        !route -qn add -inet 10.8.0.0/16 10.0.0.1
                        up # and finally enable it
                        END
                        sed -i "s|PEER|$(cat peer)|" hostname.wg0
                        printf '# caf\\351\\n' >>hostname.wg0
                        netstart -n /run/hostname.wg0 | tail -n 1
                        netstart /run/hostname.wg0
                        ifconfig vpn | grep -e descr -e wgaip -e wgendpoint -e groups -e 'inet '
                        ip route show 10.8.0.0/16
                        ifconfig wg0 destroy
                        nothing_is_left
                        """);
        assertThat(outcome.ok().out())
                .isEqualTo(
                        """
                        ifconfig wg0 up
                        \tdescription: Bob's uplink
                        \t\twgdescr: the # one
                        \t\twgendpoint 192.0.2.7 51820
                        \t\twgaip 10.8.0.0/16
                        \t\twgaip fd00::/8
                        \tgroups: wg vpn
                        \tinet 10.0.0.1 netmask 0xffffff00
                        10.8.0.0/16 dev wg0 scope link\s
                        """);
        assertThat(outcome.err()).isEqualTo("netstart: rtlabel office: means nothing on Linux\n");
    }

    @Test
    void openBsdNamesTheOtherEndOfAnAddressInALineOfItsOwn() {
        Outcome outcome =
                Sandbox.run(
                        """
                        umask 077
                        printf 'inet 10.0.0.1 255.255.255.252 NONE\\ndest 10.0.0.2\\n' >hostname.wg0
                        netstart /run/hostname.wg0
                        ifconfig wg0 | grep 'inet '
                        ip route show 10.0.0.2
                        ifconfig wg0 destroy
                        nothing_is_left
                        """);
        assertThat(outcome.ok().out())
                .isEqualTo(
                        """
                        \tinet 10.0.0.1 --> 10.0.0.2 netmask 0xffffffff
                        10.0.0.2 dev wg0 proto kernel scope link src 10.0.0.1\s
                        """);
    }

    /// wg(4) of FreeBSD, with wg(8), and what people do there.
    @Test
    void freeBsdConfiguresWithWg() {
        Software.requireTool("wg");
        Outcome outcome =
                Sandbox.run(
                        """
                        ifconfig wg0 create
                        wg genkey | wg set wg0 listen-port 54321 private-key /dev/stdin
                        [ "$(wg show wg0 public-key)" = "$(ifconfig wg0 | sed -n 's/.*wgpubkey //p')" ]
                        wg set wg0 peer '7lWtsDdqaGB3EY9WNxRN3hVaHMtu1zXw71+bOjNOVUw=' endpoint 10.0.1.100:54321 allowed-ips 192.168.2.100/32
                        ifconfig wg0 | grep -e wgpeer -e wgendpoint -e wgaip
                        wg set wg0 peer '7lWtsDdqaGB3EY9WNxRN3hVaHMtu1zXw71+bOjNOVUw=' remove
                        fails sh -c 'ifconfig wg0 | grep wgpeer'
                        ifconfig wg0 inet 192.168.222.1 192.168.222.2
                        ifconfig wg0 down up
                        ip route show 192.168.222.2
                        ifconfig wg0 tunnelfib 3 fib 4 description "site to site"
                        ip rule | grep -c -e 'fwmark 0x3 lookup 3' -e 'iif wg0 lookup 4'
                        wg show wg0 fwmark
                        ifconfig wg create
                        ifconfig wg create name wg9
                        fails ifconfig wg9 create
                        ifconfig wg9 destroy
                        ifconfig wg1 destroy
                        ifconfig wg0 destroy
                        nothing_is_left
                        """);
        assertThat(outcome.ok().out())
                .isEqualTo(
                        """
                        \twgpeer 7lWtsDdqaGB3EY9WNxRN3hVaHMtu1zXw71+bOjNOVUw=
                        \t\twgendpoint 10.0.1.100 54321
                        \t\twgaip 192.168.2.100/32
                        192.168.222.2 dev wg0 proto kernel scope link src 192.168.222.1\s
                        2
                        0x3
                        wg1
                        wg9
                        """);
        assertThat(outcome.err()).isEqualTo("ifconfig: wg9: SIOCIFCREATE: File exists\n");
    }

    /// The article on FreeBSD: routes into the interface, then down and up, and a new name so that
    /// it can be destroyed. A route of another interface is the system's business.
    @Test
    void freeBsdKeepsRoutesAndRenames() {
        Outcome outcome =
                Sandbox.run(
                        """
                        umask 077
                        wg-keygen >key
                        $ADIT --version >/dev/null
                        "${ADIT%/*}/aditd" wg0
                        ifconfig wg0 inet 192.168.222.1 192.168.222.1
                        ifconfig wg0 inet6 fd00::1/64
                        route add 192.168.222.2/32 -interface wg0
                        route add 192.168.2.0/24 -interface wg0
                        route add -inet6 fd01::/64 -interface wg0
                        ip route add 10.9.0.0/16 dev wg0 table 9 metric 7
                        ifconfig wg0 wgkey - <key
                        ip -4 route show table all dev wg0 >before
                        ip -6 route show table all dev wg0 | grep -v fe80 >>before
                        ifconfig wg0 down up
                        await ip -6 route show table local fd00::1
                        ip -4 route show table all dev wg0 >after
                        ip -6 route show table all dev wg0 | grep -v fe80 >>after
                        sort before >b && sort after >a && diff b a
                        ADIT_IFCONFIG_LAYOUT=freebsd ifconfig wg0 | sed 's/ fe80.*//; s/PID .*/PID/'
                        ifconfig wg0 fib 4 name tun9
                        ls /run/wireguard
                        ip rule | grep tun9
                        $ADIT show tun9 listen-port >/dev/null
                        fails ifconfig wg0
                        fails ifconfig tun9 wgprt 7
                        route delete 192.168.2.0/24
                        ifconfig lo >lo && grep -q LOOPBACK lo
                        ifconfig tun9 destroy
                        await no_daemons
                        nothing_is_left
                        """);
        assertThat(outcome.ok().out())
                .isEqualTo(
                        """
                        add host 192.168.222.2: gateway wg0
                        add net 192.168.2.0/24: gateway wg0
                        add net fd01::/64: gateway wg0
                        wg0: flags=80d1<UP,POINTOPOINT,RUNNING,NOARP,MULTICAST> metric 0 mtu 1420
                        \toptions=80000<LINKSTATE>
                        \tinet 192.168.222.1 netmask 0xffffffff
                        \tinet6 fd00::1 prefixlen 64
                        \tinet6
                        \tgroups: wg
                        \tnd6 options=21<PERFORMNUD,AUTO_LINKLOCAL>
                        \tOpened by PID
                        tun9.sock
                        32764:	from all iif tun9 lookup 4
                        32765:	from all iif tun9 unreachable
                        delete net 192.168.2.0/24
                        """);
        assertThat(outcome.err())
                .isEqualTo(
                        """
                        ifconfig: wg0: no such interface
                        ifconfig: wgprt: bad value
                        Did you mean `wgport'?
                        """);
    }

    /// The way to the server is in table 5 only, and later in the main table only.
    @Test
    void wgrtableChoosesTheRoutingTableOutside() {
        Outcome outcome =
                Sandbox.run(
                        """
                        ip netns add s
                        ip link add eth0 type veth peer name eth0 netns s
                        ip address add 192.0.2.1/24 dev eth0
                        ip link set up dev eth0
                        s() { ip netns exec s "$@"; }
                        s ip link set up dev lo
                        s ip address add 203.0.113.1/32 dev lo
                        s ip address add 192.0.2.2/24 dev eth0
                        s ip link set up dev eth0
                        for interface in all eth0; do
                            echo 0 >/proc/sys/net/ipv4/conf/$interface/rp_filter
                        done
                        wg-keygen >a
                        wg-keygen >b
                        s ifconfig wg1 create wgkey $(cat b) wgport 51820 10.0.0.2/24 \\
                            wgpeer $(wg-keygen --pub <a) wgaip 10.0.0.1/32
                        ifconfig wg0 create wgkey $(cat a) 10.0.0.1/24 \\
                            wgpeer $(wg-keygen --pub <b) wgaip 10.0.0.2/32 wgendpoint 203.0.113.1 51820
                        ip route add 203.0.113.1 via 192.0.2.2 table 5
                        fails ping -n -c 1 -W 1 10.0.0.2 >ping
                        ifconfig wg0 wgrtable 5
                        await ping -n -c 1 -W 1 10.0.0.2
                        ifconfig wg0 | grep wgrtable
                        ip rule | grep fwmark
                        ip -6 rule | grep fwmark
                        s ifconfig wg1 | grep -o 'wgendpoint 192.0.2.1'
                        ifconfig wg0 wgrtable 0
                        fails sh -c 'ip rule | grep fwmark'
                        ifconfig wg0 wgrtable 5
                        ip route delete 203.0.113.1 table 5
                        ip route add 203.0.113.1 via 192.0.2.2
                        fails ping -n -c 1 -W 1 10.0.0.2 >ping
                        $ADIT show wg0 drops | grep -o send-failed
                        ifconfig wg0 wgrtable 0
                        await ping -n -c 1 -W 1 10.0.0.2
                        ifconfig wg0 wgrtable 5
                        s ifconfig wg1 destroy
                        ifconfig wg0 destroy
                        ip netns delete s
                        nothing_is_left
                        """);
        assertThat(outcome.ok().out())
                .isEqualTo(
                        """
                        \twgrtable 5
                        32764:	from all fwmark 0x5 lookup 5
                        32765:	from all fwmark 0x5 unreachable
                        32764:	from all fwmark 0x5 lookup 5
                        32765:	from all fwmark 0x5 unreachable
                        wgendpoint 192.0.2.1
                        send-failed
                        """);
    }

    @Test
    void debugIsSwitchedOnAndOffAtRunTime() {
        Outcome outcome =
                Sandbox.run(
                        """
                        log=/var/log/adit/wg0.log
                        wg-keygen >b
                        ifconfig wg0 create wgkey $(wg-keygen) 10.0.0.1/24 \\
                            wgpeer $(wg-keygen --pub <b) wgaip 10.0.0.2/32 wgendpoint 127.0.0.1 9
                        [ ! -e $log ]
                        ifconfig wg0 debug
                        ifconfig wg0 | grep -o DEBUG
                        fails ping -n -c 1 -W 1 10.0.0.2 >ping
                        fails ping -n -c 1 -W 1 10.0.0.3 >ping
                        await grep -q 'wg0: Handshake for peer 1 did not complete after 5 seconds, retrying' $log
                        grep -q 'wg0: Sending handshake initiation to peer 1' $log
                        grep -q 'wg0: Peer 1 is ' $log
                        grep -q 'wg0: No peer has allowed IPs matching 10.0.0.3' $log
                        wgconfig wg0 add peer B $(wg-keygen --pub <b | tr a-z A-Z | cut -c 1-42 | sed 's/$/A=/')
                        await grep -q 'wg0: Peer 2 created: ' $log
                        ifconfig wg0 -debug
                        fails sh -c 'ifconfig wg0 | grep DEBUG'
                        lines=$(wc -l <$log)
                        ifconfig wg0 down
                        ifconfig wg0 -wgpeerall up
                        [ $lines = $(wc -l <$log) ]
                        ifconfig wg0 destroy
                        nothing_is_left
                        """);
        assertThat(outcome.ok().out()).isEqualTo("DEBUG\n");
    }

    /// What is left of a daemon that was killed goes with `destroy`.
    @Test
    void cleansUpAfterADaemonThatWasKilled() {
        Outcome outcome =
                Sandbox.run(
                        """
                        ifconfig wg0 create rdomain 3 wgrtable 5 10.0.0.1/24
                        kill -KILL $(daemons)
                        await sh -c '! ip -n 3 link show wg0'
                        ifconfig wg0 destroy
                        nothing_is_left
                        fails ifconfig wg0 destroy
                        """);
        assertThat(outcome.ok().err()).endsWith("ifconfig: wg0: no such interface\n");
    }
}
