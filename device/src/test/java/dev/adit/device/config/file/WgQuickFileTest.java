package dev.adit.device.config.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.device.config.ConfigException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.List;

class WgQuickFileTest {

    @Test
    void collectsListsInOrder() throws ConfigException {
        WgQuickFile conf =
                parse(
                        """
                        [Interface]
                        Address = 192.0.2.1/24,2001:db8::1/64
                        Address = 192.0.2.2
                        address=192.0.2.3/32 , 192.0.2.4/32
                        """);
        assertThat(conf.addresses())
                .containsExactly(
                        "192.0.2.1/24",
                        "2001:db8::1/64",
                        "192.0.2.2",
                        "192.0.2.3/32",
                        "192.0.2.4/32");
    }

    @Test
    void tellsNameServersFromDomains() throws ConfigException {
        WgQuickFile conf = parse("[Interface]\nDNS = 1.1.1.1,example.org 2606:4700::1111\nDNS=lan");
        assertThat(conf.dns()).containsExactly("1.1.1.1", "2606:4700::1111");
        assertThat(conf.dnsSearch()).containsExactly("example.org", "lan");
    }

    @Test
    void takesTheLastOfASingleValue() throws ConfigException {
        WgQuickFile conf = parse("[Interface]\nMTU = 1\nMTU = 1380\nTable = 7\nTable = off\n");
        assertThat(conf.mtu()).isEqualTo("1380");
        assertThat(conf.table()).isEqualTo("off");
    }

    @Test
    void cutsValuesAtACommentButKeepsItInHooks() throws ConfigException {
        WgQuickFile conf =
                parse(
                        """
                        [Interface] # office
                        Address = 192.0.2.1/24 # ours
                        MTU = # none
                        PostUp = echo "#1" # really
                        PreDown = echo a#b
                        # PostDown = never
                        """);
        assertThat(conf.addresses()).containsExactly("192.0.2.1/24");
        assertThat(conf.mtu()).isEmpty();
        assertThat(conf.postUp()).containsExactly("echo \"#1\" # really");
        assertThat(conf.preDown()).containsExactly("echo a#b");
        assertThat(conf.postDown()).isEmpty();
        assertThat(rest(conf)).isEqualTo("[Interface] # office\n# PostDown = never\n");
    }

    @Test
    void keepsHooksInOrderAndWhole() throws ConfigException {
        WgQuickFile conf =
                parse("[Interface]\nPostUp = a = b; c\nPostUp=wg set %i private-key <(cat k)\n");
        assertThat(conf.postUp()).containsExactly("a = b; c", "wg set %i private-key <(cat k)");
    }

    @Test
    void leavesTheRestToWg() throws ConfigException {
        String wg =
                """
                [Interface]
                PrivateKey = oJpRt2Oq27vIB5/UVb7BRqCwad2YMReQgH5tlxz8YmI=

                # Name = peer
                [Peer]
                Address = 192.0.2.1/24
                AllowedIPs = 192.0.2.2/32
                """;
        WgQuickFile conf = parse(wg.replace("\n\n", "\n   MTU = 1\n\n"));
        assertThat(rest(conf)).isEqualTo(wg);
        assertThat(conf.addresses()).isEmpty();
        assertThat(conf.mtu()).isEqualTo("1");
    }

    @Test
    void trimsBlanksAroundLines() throws ConfigException {
        assertThat(rest(parse(" \t[Peer] \n\t\tx = y\t\n"))).isEqualTo("[Peer]\nx = y\n");
    }

    @Test
    void readsLinesThatEndAsInDos() throws ConfigException {
        WgQuickFile conf = parse("[Interface]\r\nMTU = 1400\r\nSaveConfig = true\r\nPreUp = a\r\n");
        assertThat(conf.mtu()).isEqualTo("1400");
        assertThat(conf.saveConfig()).isTrue();
        assertThat(conf.preUp()).containsExactly("a");
    }

    @Test
    void readsALastLineWithoutEnd() throws ConfigException {
        assertThat(parse("[Interface]\nMTU = 1400").mtu()).isEqualTo("1400");
        assertThat(rest(parse("[Interface]"))).isEqualTo("[Interface]\n");
    }

    @Test
    void leavesAKeyWithoutValueToWg() throws ConfigException {
        assertThat(rest(parse("[Interface]\nMTU\n"))).isEqualTo("[Interface]\nMTU\n");
    }

    @Test
    void keepsEveryByteOfAHook() throws ConfigException {
        byte[] text = "[Interface]\nPreUp = echo ü€\n".getBytes(StandardCharsets.UTF_8);
        WgQuickFile conf = WgQuickFile.parse(text, "wg0.conf");
        assertThat(conf.preUp().getFirst().getBytes(StandardCharsets.ISO_8859_1))
                .isEqualTo("echo ü€".getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "TRUE", "True"})
    void takesTrueInAnyCase(String value) throws ConfigException {
        assertThat(parse("[Interface]\nSaveConfig = " + value).saveConfig()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "yes", "truely"})
    void refusesWhatIsNeitherTrueNorFalse(String value) {
        assertThatThrownBy(() -> parse("[Interface]\nSaveConfig = " + value))
                .isInstanceOf(ConfigException.class)
                .hasMessage(
                        "wg0.conf:2: [Interface] SaveConfig: `"
                                + value
                                + "' is neither true nor false");
    }

    @Test
    void erasesTheKeys() throws ConfigException {
        WgQuickFile conf = parse("[Interface]\nPrivateKey = secret\n");
        assertThat(conf.toString()).doesNotContain("secret");
        conf.erase();
        assertThat(conf.rest()).containsOnly(0);
    }

    /// Whatever the bytes, no other exception comes and nothing is invented.
    @Test
    void takesAnyBytes() throws ConfigException {
        java.util.Random random = new java.util.Random(1);
        List<String> words = List.of("[Interface]", "MTU", "=", "#", "\n", " ", "\r", "\0", "ä");
        for (int round = 0; round < 2000; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(30); i > 0; i--) {
                text.append(words.get(random.nextInt(words.size())));
            }
            WgQuickFile conf = parse(text.toString());
            assertThat(conf.rest().length).isLessThanOrEqualTo(text.length() * 2 + 1);
        }
    }

    private static WgQuickFile parse(String text) throws ConfigException {
        return WgQuickFile.parse(text.getBytes(StandardCharsets.ISO_8859_1), "wg0.conf");
    }

    private static String rest(WgQuickFile conf) {
        return new String(conf.rest(), StandardCharsets.ISO_8859_1);
    }
}
