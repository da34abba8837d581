package dev.adit.it.lab;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/// Runs a shell script in namespaces of its own (network, processes, `/run`, `/var/log`), so that
/// it may use the names and numbers that manuals use. All that it leaves behind ends with it.
///
/// The programs of the BSDs are in its PATH, and are those of our `compat/bin`: `ifconfig`,
/// `netstart`, `route`, `wgconfig`, `wg-keygen`. `await COMMAND` waits until a command succeeds,
/// but not longer than 20 seconds, `fails COMMAND` demands that one does not, and `nothing_is_left`
/// that there is no interface of ours any more, nor anything that was done for it.
public final class Sandbox {
    private static final String SURROUNDINGS =
            """
            set -e
            mount -t tmpfs tmpfs /run
            mount -t tmpfs tmpfs /var/log
            mkdir /run/bin /run/netns
            ip link set up dev lo
            for tool in ifconfig netstart route wgconfig wg-keygen; do
                ln -s "${ADIT%/*}/compat/bin/$tool" /run/bin/$tool
            done
            PATH=/run/bin:$PATH
            await() {
                tries=0
                until "$@" >/dev/null 2>&1; do
                    tries=$((tries + 1))
                    if [ $tries = 100 ]; then
                        echo "never: $*" >&2
                        return 1
                    fi
                    sleep 0.2
                done
            }
            fails() {
                if "$@"; then
                    echo "has succeeded: $*" >&2
                    exit 1
                fi
            }
            # A daemon is called java where the launcher has no link to start it by.
            daemons() {
                pgrep -x 'aditd|java'
            }
            no_daemons() {
                ! daemons >/dev/null
            }
            nothing_is_left() {
                [ -z "$(ip rule | grep -e fwmark -e iif)$(ip -6 rule | grep -e fwmark -e iif)" ]
                [ -z "$(ip netns)" ]
                [ -z "$(find /run/adit /run/wireguard -type f -name '[!.]*' -o -type s)" ]
                await no_daemons # which end soon after their interfaces
            }
            cd /run
            """;

    /// Runs `script` to its end, which comes with the first command that fails.
    public static Outcome run(String script) {
        Software.requireTool("unshare");
        for (String tool : new String[] {"ip", "ping", "pgrep"}) Software.requireTool(tool);
        assumeTrue(Files.exists(Path.of("/dev/net/tun")), "no /dev/net/tun");
        Path daemon = Software.subject().required().program();
        Path adit = daemon.resolveSibling("adit");
        assumeTrue(Files.isExecutable(adit), "no adit beside " + daemon);
        Outcome possible = unshare("true").run();
        assumeTrue(possible.succeeded(), () -> "no namespaces here (not root?): " + possible);
        try (TemporaryFolder folder = new TemporaryFolder()) {
            Path file = folder.file("script");
            Files.writeString(file, SURROUNDINGS + script);
            return unshare("sh", file.toString())
                    .with("ADIT", adit.toString())
                    .within(Duration.ofMinutes(3))
                    .run();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static Command unshare(String... argv) {
        String[] all = new String[argv.length + 4];
        System.arraycopy(UNSHARE, 0, all, 0, UNSHARE.length);
        System.arraycopy(argv, 0, all, UNSHARE.length, argv.length);
        return Command.of(all);
    }

    private static final String[] UNSHARE = {"unshare", "-nmpf", "--kill-child", "--mount-proc"};

    private Sandbox() {}
}
