package dev.adit.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.it.lab.Keys;
import dev.adit.it.lab.Machine;
import dev.adit.it.lab.Outcome;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.List;

/// The disk with the configuration is full.
///
/// ```
/// ┌──────────────────────────────────────┐
/// │ a: wg0 10.9.0.1                      │
/// │    disk: 16 kB, of which none free   │
/// └──────────────────────────────────────┘
/// ```
class DiskFullTest {
    private Machine machine;
    private String before;

    @BeforeEach
    void start() {
        machine = Machine.create("a");
        machine.run("mkdir", disk());
        machine.run("mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", disk());
        before = machine.state();
    }

    @AfterEach
    void stop() {
        if (machine != null) machine.close();
    }

    private String disk() {
        return machine.file("disk").toString();
    }

    private String conf() {
        return disk() + "/wg0.conf";
    }

    private void write(String saveConfig) {
        String text =
                "[Interface]\nPrivateKey = %s\nAddress = 10.9.0.1/24\nSaveConfig = %s\n"
                        .formatted(Keys.generate().privateKey(), saveConfig);
        machine.command("sh", "-c", "umask 077; cat >" + conf()).input(text).run().ok();
    }

    /// Writes until nothing more goes; then even an empty file has no room for a byte.
    private void fill() {
        machine.command("sh", "-c", "cat /dev/zero >" + disk() + "/filler").run();
    }

    private String saved() {
        return machine.run("cat", conf()).out();
    }

    private List<String> files() {
        return machine.run("ls", "-A", disk()).lines();
    }

    @Test
    void saveLeavesTheOldFileAndNothingElse() {
        write("false");
        machine.adit("up", conf()).run().ok();
        machine.run("wg", "set", "wg0", "fwmark", "0x51a");
        String old = saved();
        fill();

        Outcome save = machine.adit("save", conf()).run();

        assertThat(save.status()).isEqualTo(1);
        assertThat(save.err()).contains("No space left on device").contains("wg0.conf");
        assertThat(saved()).isEqualTo(old);
        assertThat(files()).containsExactlyInAnyOrder("wg0.conf", "filler");

        machine.run("rm", disk() + "/filler");
        machine.adit("save", conf()).run().ok();
        assertThat(saved()).contains("FwMark = 0x51a");
        machine.adit("down", conf()).run().ok();
        machine.awaitState(before);
    }

    @Test
    void downKeepsTheTunnelThatItCannotSave() {
        write("true");
        machine.adit("up", conf()).run().ok();
        machine.run("wg", "set", "wg0", "fwmark", "0x51a");
        String old = saved(), up = machine.state();
        fill();

        Outcome down = machine.adit("down", conf()).run();

        assertThat(down.status()).isEqualTo(1);
        assertThat(down.err()).contains("No space left on device");
        assertThat(saved()).isEqualTo(old);
        assertThat(files()).containsExactlyInAnyOrder("wg0.conf", "filler");
        assertThat(machine.state()).isEqualTo(up);

        machine.run("rm", disk() + "/filler");
        machine.adit("down", conf()).run().ok();
        assertThat(saved()).contains("FwMark = 0x51a");
        machine.awaitState(before);
    }

    @Test
    void aDaemonGoesOnWithoutRoomForItsLog() {
        write("false");
        machine.environment("LOG_LEVEL", "verbose");
        fill();
        machine.command("sh", "-c", "\"$0\" up " + conf() + " >" + disk() + "/log", adit())
                .run()
                .ok();
        machine.run("wg", "set", "wg0", "fwmark", "0x51a");
        assertThat(machine.run("wg", "show", "wg0").out()).contains("0x51a");
        machine.adit("down", conf()).run().ok();
        machine.awaitState(before);
    }

    private String adit() {
        return machine.adit("up").argv().stream()
                .filter(word -> word.endsWith("/adit"))
                .findFirst()
                .orElseThrow();
    }
}
