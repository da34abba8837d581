package dev.adit.tools.quick;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;

/// What `save` and `down` do with an interface that hooks have changed.
class ChangedByHooksTest {

    @TempDir Path folder;
    private QuickFixture bench;

    @BeforeEach
    void empty() {
        bench = new QuickFixture(folder);
    }

    @Test
    void downEndsTheDaemonOfAnInterfaceThatWasMoved() throws IOException {
        String before = bench.system.snapshot();
        up(QuickFixture.FULL.replace("echo post-up", "move wg0"));
        assertThat(bench.system.links).doesNotContainKey("wg0");
        assertThat(bench.run("down", "wg0")).isZero();
        assertThat(bench.said()).isEmpty();
        assertThat(bench.system.devices).isEmpty();
        assertThat(bench.system.snapshot()).isEqualTo(before);
        assertThat(bench.system.hooks()).contains("echo pre-down", "echo post-down");
    }

    @Test
    void upUndoesAnInterfaceThatWasMoved() throws IOException {
        String before = bench.system.snapshot();
        bench.write("wg0", QuickFixture.FULL.replace("echo post-up", "move wg0\nPostUp = exit 9"));
        assertThat(bench.run("up", "wg0")).isEqualTo(9);
        assertThat(bench.system.devices).isEmpty();
        assertThat(bench.system.snapshot()).isEqualTo(before);
    }

    @Test
    void saveKeepsWhatItCannotSeeOfAnInterfaceThatWasMoved() throws IOException {
        Path file = up(QuickFixture.FULL.replace("PostUp", "MTU = 1380\nPostUp = move wg0\n#"));
        assertThat(bench.run("save", "wg0")).isZero();
        assertThat(bench.said())
                .isEqualTo(
                        "[!] `wg0' was moved or renamed: its addresses and MTU are kept as they"
                                + " were configured");
        assertThat(file)
                .content()
                .contains("Address = 192.0.2.3/24\nAddress = 2001:db8::3/64\n", "MTU = 1380\n");
    }

    @Test
    void anAddressWithAnotherEndIsNotLostInSilence() throws IOException {
        Path file = up("[Interface]\nAddress = 192.0.2.3/24\nSaveConfig = true\n");
        bench.system.answers.put("ip -o addr show dev wg0", TWO_ENDS);
        assertThat(bench.run("save", "wg0")).isEqualTo(1);
        assertThat(bench.said()).isEqualTo(LOST);
        assertThat(file).content().contains("Address = 192.0.2.3/24\n").doesNotContain("10.0.0.1");

        assertThat(bench.run("down", "wg0")).isEqualTo(1);
        assertThat(bench.said()).isEqualTo(LOST);
        assertThat(bench.system.links).doesNotContainKey("wg0");
        assertThat(folder.resolve("journals/wg0.wg-quick-state")).doesNotExist();
    }

    @Test
    void anAddressThatAHookAddsIsKeptByTheHook() throws IOException {
        String hook = "ip address add 10.0.0.1 peer 10.0.0.2 dev %i";
        Path file = up("[Interface]\nAddress = 192.0.2.3/24\nPostUp = " + hook + "\n");
        bench.system.answers.put("ip -o addr show dev wg0", TWO_ENDS);
        assertThat(bench.run("save", "wg0")).as(bench.said()).isZero();
        assertThat(file).content().contains("PostUp = " + hook + "\n");
    }

    private Path up(String conf) throws IOException {
        Path file = bench.write("wg0", conf);
        assertThat(bench.run("up", "wg0")).as(bench.err()).isZero();
        return file;
    }

    private static final String TWO_ENDS =
            """
            4: wg0    inet 192.0.2.3/24 scope global wg0\\       valid_lft forever
            4: wg0    inet 10.0.0.1 peer 10.0.0.2/32 scope global wg0\\       valid_lft forever
            """;

    private static final String LOST =
            "adit: `10.0.0.1 peer 10.0.0.2/32' is not saved: Address cannot say the other end of an"
                    + " address";
}
