package dev.adit.tools.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.tools.terminal.Command;
import dev.adit.tools.terminal.CommandFailure;
import dev.adit.tools.terminal.FakeTerminal;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

class KeyCommandsTest {
    private final FakeTerminal terminal = new FakeTerminal();

    @RepeatedTest(20)
    void genkeyPrintsAClampedKey() throws Exception {
        byte[] key = generated(GenerateKey.privateKey());
        assertThat(key[0] & 7).isZero();
        assertThat(key[31] & 0xc0).isEqualTo(0x40);
    }

    @Test
    void genpskPrintsAKeyThatIsNotClamped() throws Exception {
        Set<Integer> low = new HashSet<>(), high = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            byte[] key = generated(GenerateKey.presharedKey());
            low.add(key[0] & 7);
            high.add(key[31] & 0xc0);
        }
        assertThat(low).hasSize(8);
        assertThat(high).hasSize(4);
    }

    @Test
    void noTwoKeysAreTheSame() throws Exception {
        Set<String> keys = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            keys.add(Base64.getEncoder().encodeToString(generated(GenerateKey.privateKey())));
        }
        assertThat(keys).hasSize(100);
    }

    private static byte[] generated(Command command) throws Exception {
        FakeTerminal terminal = new FakeTerminal();
        assertThat(command.run(terminal.terminal(), List.of())).isZero();
        assertThat(terminal.out()).hasSize(45).endsWith("=\n");
        return Base64.getDecoder().decode(terminal.out().strip());
    }

    /// RFC 7748, section 6.1.
    @Test
    void pubkeyPrintsThePublicKey() throws Exception {
        terminal.input("dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo=\n");
        assertThat(new PubKey().run(terminal.terminal(), List.of())).isZero();
        assertThat(terminal.out()).isEqualTo("hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=\n");
    }

    @Test
    void pubkeyTakesWhiteSpaceAfterTheKey() throws Exception {
        terminal.input("dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo= \t\r\n\u000b\f\0\n\n");
        assertThat(new PubKey().run(terminal.terminal(), List.of())).isZero();
    }

    @ParameterizedTest
    @MethodSource("badKeys")
    void pubkeyRefusesWhatIsNoKey(String input, String complaint) {
        terminal.input(input);
        assertThatThrownBy(() -> new PubKey().run(terminal.terminal(), List.of()))
                .isInstanceOf(CommandFailure.class)
                .hasMessage("adit: " + complaint);
        assertThat(terminal.out()).isEmpty();
    }

    static List<Object[]> badKeys() {
        String format = "Key is not the correct length or format";
        String trailing = "Trailing characters found after key";
        String key = "dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo=";
        return List.of(
                new Object[] {"", format},
                new Object[] {"\n", format},
                new Object[] {key.substring(1), format},
                new Object[] {key.substring(0, 43), format},
                new Object[] {key.replace('=', 'A'), format},
                new Object[] {key.replace('w', '-'), format},
                new Object[] {key.replace('w', '='), format},
                new Object[] {"\n" + key, trailing},
                new Object[] {key.replace("o=", "p="), format},
                new Object[] {key + "=", trailing},
                new Object[] {key + "\n" + key, trailing},
                new Object[] {key + "\u00a0", trailing});
    }

    @ParameterizedTest
    @MethodSource("commands")
    void refusesArguments(Command command) {
        assertThatThrownBy(() -> command.run(terminal.terminal(), List.of("x")))
                .isInstanceOfSatisfying(
                        CommandFailure.class, e -> assertThat(e.misused()).isTrue());
        assertThat(terminal.out()).isEmpty();
    }

    static List<Command> commands() {
        return List.of(GenerateKey.privateKey(), GenerateKey.presharedKey(), new PubKey());
    }
}
