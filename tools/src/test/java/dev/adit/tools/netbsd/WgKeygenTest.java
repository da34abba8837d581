package dev.adit.tools.netbsd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.tools.terminal.CommandFailure;
import dev.adit.tools.terminal.FakeTerminal;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Base64;
import java.util.List;

class WgKeygenTest {
    private static final String KEY = "dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo=";
    private static final String PUBLIC_KEY = "hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=";

    private final FakeTerminal terminal = new FakeTerminal();

    private int run(String... arguments) throws Exception {
        return new WgKeygen().run(terminal.terminal(), List.of(arguments));
    }

    @Test
    void makesAPrivateKeyWithItsFixedBits() throws Exception {
        for (int i = 0; i < 20; i++) assertThat(run()).isZero();
        List<String> keys = terminal.out().lines().toList();
        assertThat(keys).hasSize(20).doesNotHaveDuplicates();
        for (String key : keys) {
            byte[] bytes = Base64.getDecoder().decode(key);
            assertThat(bytes).hasSize(32);
            assertThat(bytes[0] & 7).isZero();
            assertThat(bytes[31] & 0xc0).isEqualTo(0x40);
        }
    }

    @Test
    void makesAPresharedKey() throws Exception {
        for (int i = 0; i < 20; i++) assertThat(run("--psk")).isZero();
        assertThat(terminal.out().lines())
                .hasSize(20)
                .doesNotHaveDuplicates()
                .anyMatch(key -> (Base64.getDecoder().decode(key)[0] & 7) != 0)
                .allMatch(key -> Base64.getDecoder().decode(key).length == 32);
    }

    @ParameterizedTest
    @ValueSource(strings = {KEY, KEY + "\n", KEY + "\nmore"})
    void makesThePublicKeyOfTheFirstLine(String input) throws Exception {
        terminal.input(input);
        assertThat(run("--pub")).isZero();
        assertThat(terminal.out()).isEqualTo(PUBLIC_KEY + "\n");
    }

    @ParameterizedTest
    @CsvSource({"'',Invalid length of a private key", "short,Invalid length of a private key"})
    void refusesALineThatIsNoKey(String input, String message) {
        terminal.input(input);
        assertThatThrownBy(() -> run("--pub"))
                .isInstanceOf(CommandFailure.class)
                .hasMessage("wg-keygen: " + message);
    }

    @Test
    void refusesALineThatIsTooLong() {
        terminal.input(KEY + " ");
        assertThatThrownBy(() -> run("--pub"))
                .hasMessage("wg-keygen: Invalid length of a private key");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "-h", "--pub more", "--psk --pub", "x"})
    void explainsItselfForAllElse(String line) throws Exception {
        assertThat(run(line.split(" "))).isEqualTo(1);
        assertThat(terminal.out()).isEmpty();
        assertThat(terminal.err()).contains("\twg-keygen       : Generate a private key\n");
    }
}
