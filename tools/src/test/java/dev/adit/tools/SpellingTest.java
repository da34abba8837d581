package dev.adit.tools;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;
import java.util.SplittableRandom;

class SpellingTest {
    private static final List<String> WORDS =
            List.of("show", "showconf", "set", "setconf", "genkey", "genpsk", "pubkey", "demo");

    @ParameterizedTest
    @CsvSource({
        "shw,show",
        "shwo,show",
        "shows,show",
        "genky,genkey",
        "gnekey,genkey",
        "genpks,genpsk",
        "pubky,pubkey",
        "setcnf,setconf",
        "dmeo,demo",
    })
    void findsWhatWasMeant(String word, String meant) {
        assertThat(Spelling.nearest(word, WORDS)).contains(meant);
    }

    @ParameterizedTest
    @CsvSource({"x", "up", "--foo", "interface", "delete", "zzzzzz"})
    void suggestsNothingThatIsFar(String word) {
        assertThat(Spelling.nearest(word, WORDS)).isEmpty();
    }

    @Test
    void theDistanceIsAtMostTheNumberOfEdits() {
        SplittableRandom random = new SplittableRandom(42);
        for (int round = 0; round < 2000; round++) {
            StringBuilder word = new StringBuilder();
            int length = random.nextInt(1, 9);
            for (int i = 0; i < length; i++) word.append(letter(random));
            StringBuilder other = new StringBuilder(word);
            int edits = random.nextInt(3);
            for (int i = 0; i < edits; i++) edit(other, random);
            int distance = Spelling.distance(word.toString(), other.toString());
            assertThat(distance).as("%s %s", word, other).isLessThanOrEqualTo(edits);
            assertThat(distance == 0).isEqualTo(word.toString().equals(other.toString()));
            assertThat(Spelling.distance(other.toString(), word.toString())).isEqualTo(distance);
        }
    }

    private static void edit(StringBuilder word, SplittableRandom random) {
        int at = random.nextInt(word.length() + 1);
        if (at == word.length() || random.nextBoolean()) word.insert(at, letter(random));
        else if (word.length() > 1 && random.nextBoolean()) word.deleteCharAt(at);
        else word.setCharAt(at, letter(random));
    }

    private static char letter(SplittableRandom random) {
        return (char) ('a' + random.nextInt(4));
    }

    @Test
    void findsTheWordThatAMessageIsAbout() {
        List<String> words = List.of("dump", "peers");
        assertThat(Spelling.misspelled("Invalid: `pears'", List.of("wg0", "pears"), words))
                .contains("peers");
        assertThat(Spelling.misspelled("Invalid: pears", List.of("wg0", "pears"), words))
                .contains("peers");
        assertThat(
                        Spelling.misspelled(
                                "ifconfig: pears: bad value", List.of("wg0", "pears"), words))
                .contains("peers");
        assertThat(
                        Spelling.misspelled(
                                "ifconfig: pears: no such interface", List.of("pears"), words))
                .isEmpty();
        assertThat(Spelling.misspelled("Invalid: `peers'", List.of("peers"), words)).isEmpty();
        assertThat(Spelling.misspelled("It rains", List.of("pears"), words)).isEmpty();
    }
}
