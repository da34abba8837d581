package dev.adit.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.it.lab.Keys;
import dev.adit.it.lab.Machine;
import dev.adit.it.lab.Outcome;
import dev.adit.it.lab.Running;
import dev.adit.it.lab.Software;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/// SIGKILL at any moment: what was begun is there or not, files and configurations are the old ones
/// or the new ones, and `adit down` cleans up.
///
/// The programs that `adit` calls are stand-ins, which kill it before or after their own work.
///
/// ```
/// ┌──────────────────────────────────────┐
/// │ a: wg0 10.9.0.1, eth0 198.51.100.1   │
/// └──────────────────────────────────────┘
/// ```
class QuickKillTest {
    private static final String[] PROGRAMS = {"ip", "nft", "sysctl", "resolvconf"};

    private Machine machine;
    private String before;

    @BeforeEach
    void start() {
        Software.requireTool("nft");
        machine = Machine.create("a");
        machine.run("ip", "link", "add", "eth0", "type", "veth", "peer", "name", "cable");
        machine.run("ip", "link", "set", "cable", "up");
        machine.run("ip", "link", "set", "eth0", "up");
        machine.netns().address("eth0", "198.51.100.1/24");
        machine.run("ip", "route", "add", "default", "via", "198.51.100.2");
        machine.run("sysctl", "-qw", "net.ipv4.conf.all.src_valid_mark=1");
        machine.write("wg0.conf", conf());
        for (String name : PROGRAMS) machine.program(name, standIn(name));
        machine.environment("CALLS", machine.file("calls").toString());
        before = machine.state();
    }

    @AfterEach
    void stop() {
        if (machine != null) machine.close();
    }

    private static String conf() {
        return """
        [Interface]
        PrivateKey = %s
        Address = 10.9.0.1/24, fd09::1/64
        DNS = 198.51.100.53
        PostUp = true
        PreDown = true

        [Peer]
        PublicKey = %s
        AllowedIPs = 0.0.0.0/0, ::/0
        Endpoint = 198.51.100.2:51820
        """
                .formatted(Keys.generate().privateKey(), Keys.generate().publicKey());
    }

    /// Counts its calls, and kills who calls it at call `KILL_AT`: before the work, or after it.
    private static String standIn(String name) {
        String real =
                name.equals("resolvconf")
                        ? "cat > /dev/null"
                        : "PATH=${PATH//${0%/*}:/} " + name + " \"$@\"";
        return """
        [ -z "$KILL_AT" ] || echo x >> "$CALLS"
        at=$(wc -l < "$CALLS" 2>/dev/null)
        [ "$at:$WHEN" != "$KILL_AT:before" ] || { kill -9 $PPID; exit 1; }
        %s
        status=$?
        [ "$at:$WHEN" != "$KILL_AT:after" ] || kill -9 $PPID
        exit $status
        """
                .formatted(real);
    }

    @Test
    void downCleansUpAfterAnUpThatWasKilledAtAnyCall() {
        int calls = callsOf("up");
        machine.down("wg0.conf");
        assertThat(calls).isGreaterThan(10);
        for (int at = 1; at <= calls; at++) {
            String when = at % 2 == 0 ? "before" : "after";
            Outcome killed = kill("up", at, when);
            assertThat(killed.status()).as("%s call %d: %s", when, at, killed).isNotZero();
            cleanUp("up killed " + when + " call " + at);
        }
    }

    @Test
    void downCleansUpAfterADownThatWasKilledAtAnyCall() {
        machine.up("wg0.conf");
        int calls = callsOf("down");
        machine.awaitState(before);
        assertThat(calls).isGreaterThan(5);
        for (int at = 1; at <= calls; at++) {
            String when = at % 2 == 0 ? "before" : "after";
            machine.up("wg0.conf");
            kill("down", at, when);
            cleanUp("down killed " + when + " call " + at);
        }
    }

    /// Where there is something, `down` takes it away; where there is nothing, it says so.
    private void cleanUp(String what) {
        Outcome down = machine.adit("down", machine.file("wg0.conf").toString()).run();
        if (!down.succeeded())
            assertThat(down.err()).as(what).contains("is not a WireGuard interface");
        try {
            machine.awaitState(before);
        } catch (AssertionError e) {
            throw new AssertionError(what + ": " + down + e.getMessage());
        }
        // And the way is free.
        if (what.endsWith("7")) {
            machine.up("wg0.conf");
            machine.down("wg0.conf");
            machine.awaitState(before);
        }
    }

    private int callsOf(String verb) {
        kill(verb, 9999, "never");
        return (int) machine.read("calls").lines().count();
    }

    private Outcome kill(String verb, int at, String when) {
        machine.write("calls", "");
        return machine.adit(verb, machine.file("wg0.conf").toString())
                .with("KILL_AT", "" + at)
                .with("WHEN", when)
                .run();
    }

    @Test
    void saveLeavesTheOldFileOrTheNewOne() {
        machine.up("wg0.conf");
        machine.run("wg", "set", "wg0", "fwmark", "0x51a");
        String old = machine.read("wg0.conf");
        machine.adit("save", machine.file("wg0.conf").toString()).run().ok();
        String saved = machine.read("wg0.conf");
        assertThat(saved).contains("FwMark = 0x51a").isNotEqualTo(old);
        List<String> found = new ArrayList<>();
        int calls = 0;
        for (int at = 1; at <= 6; at++) {
            machine.write("wg0.conf", old);
            Outcome killed = kill("save", at, "after");
            found.add(machine.read("wg0.conf"));
            if (!killed.succeeded()) calls++;
        }
        assertThat(calls).as("calls at which it was killed").isPositive();
        found.addAll(
                killAtRandom(
                        30,
                        () -> machine.write("wg0.conf", old),
                        () -> machine.read("wg0.conf"),
                        "save",
                        machine.file("wg0.conf").toString()));
        assertThat(found).containsOnly(old, saved);
        machine.write("wg0.conf", old);
        machine.down("wg0.conf");
        machine.awaitState(before);
    }

    /// Runs `adit` and kills it, `times` times and then until both ends were seen, at moments up to
    /// half as long again as it takes.
    ///
    /// @param reset makes the old state again
    /// @param state asks for the state
    /// @return all states that were found
    private List<String> killAtRandom(
            int times, Runnable reset, Supplier<String> state, String... arguments) {
        reset.run();
        long begin = System.nanoTime();
        machine.adit(arguments).run().ok();
        long longest = (System.nanoTime() - begin) * 3 / 2;
        List<String> found = new ArrayList<>();
        Random random = new Random(times);
        while (found.size() < times || Set.copyOf(found).size() < 2 && found.size() < 10 * times) {
            reset.run();
            try (Running running = machine.netns().start(machine.adit(arguments))) {
                LockSupport.parkNanos(random.nextLong(longest));
                ProcessHandle.of(running.pid()).ifPresent(ProcessHandle::destroyForcibly);
                running.endsWithin(Duration.ofSeconds(30));
            }
            found.add(state.get());
        }
        return found;
    }

    @Test
    void setconfLeavesTheOldConfigurationOrTheNewOne() {
        machine.up("wg0.conf");
        String old = machine.run("wg", "showconf", "wg0").out();
        machine.write("new.conf", crowd());
        String file = machine.file("new.conf").toString();
        machine.adit("setconf", "wg0", file).run().ok();
        String changed = machine.run("wg", "showconf", "wg0").out();
        List<String> found =
                killAtRandom(
                        40,
                        () ->
                                machine.command("wg", "setconf", "wg0", "/dev/stdin")
                                        .input(old)
                                        .run()
                                        .ok(),
                        () -> machine.run("wg", "showconf", "wg0").out(),
                        "setconf",
                        "wg0",
                        file);
        assertThat(found).containsOnly(old, changed);
        machine.down("wg0.conf");
        machine.awaitState(before);
    }

    private static String crowd() {
        StringBuilder text = new StringBuilder("[Interface]\nListenPort = 9000\n");
        Random random = new Random(3);
        for (int i = 0; i < 500; i++) {
            byte[] key = new byte[32];
            random.nextBytes(key);
            String name = Base64.getEncoder().encodeToString(key);
            text.append("[Peer]\nPublicKey = ").append(name).append('\n');
            text.append("AllowedIPs = 10.%d.%d.0/24\n".formatted(100 + i / 250, i % 250));
        }
        return text.toString();
    }
}
