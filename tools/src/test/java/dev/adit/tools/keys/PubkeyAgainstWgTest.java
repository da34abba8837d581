package dev.adit.tools.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.adit.tools.terminal.CommandFailure;
import dev.adit.tools.terminal.FakeTerminal;
import dev.adit.tools.terminal.Tool;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.Base64;
import java.util.List;
import java.util.SplittableRandom;

/// The key commands beside those of the `wg` that is installed.
class PubkeyAgainstWgTest {
    @BeforeEach
    void needsWg() {
        assumeTrue(Tool.isThere("wg"), "wg is not installed");
    }

    @ParameterizedTest
    @MethodSource("dev.adit.tools.keys.KeyCommandsTest#badKeys")
    void complainsAsWgDoes(String input, String complaint) throws Exception {
        Tool.Outcome wg = Tool.run(input, "wg", "pubkey");
        assertThat(wg.status()).isEqualTo(1);
        assertThat(wg.err()).isEqualTo("wg: " + complaint + "\n");
    }

    @Test
    void derivesTheSameKeys() throws Exception {
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < 20; i++) {
            byte[] bytes = new byte[32];
            random.nextBytes(bytes);
            sameKey(Base64.getEncoder().encodeToString(bytes));
        }
        sameKey("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
        sameKey("//////////////////////////////////////////8=");
    }

    private static void sameKey(String key) throws Exception {
        FakeTerminal terminal = new FakeTerminal().input(key);
        new PubKey().run(terminal.terminal(), List.of());
        assertThat(terminal.out()).isEqualTo(Tool.run(key, "wg", "pubkey").out());
    }

    @Test
    void treatsRandomInputAsWgDoes() throws Exception {
        SplittableRandom random = new SplittableRandom(11);
        String letters = "AZaz09+/=\n ";
        for (int i = 0; i < 40; i++) {
            StringBuilder input = new StringBuilder();
            int length = random.nextInt(40, 48);
            for (int j = 0; j < length; j++) {
                input.append(letters.charAt(random.nextInt(letters.length() - (j < 43 ? 3 : 0))));
            }
            same(input.toString());
        }
    }

    private static void same(String input) throws Exception {
        Tool.Outcome wg = Tool.run(input, "wg", "pubkey");
        FakeTerminal terminal = new FakeTerminal().input(input);
        try {
            new PubKey().run(terminal.terminal(), List.of());
            assertThat(terminal.out()).as(input).isEqualTo(wg.out());
        } catch (CommandFailure e) {
            assertThat(e.getMessage().replace("adit:", "wg:") + "\n").as(input).isEqualTo(wg.err());
        }
    }
}
