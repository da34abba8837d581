package dev.adit.protocol.noise;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import dev.adit.protocol.Vectors;
import dev.adit.testing.Property;
import dev.adit.testing.Segments;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;

/// Timestamps of initiations: paper §5.4.2.
class Tai64nTest {

    @Test
    void agreesWithThePublishedVectors() throws IOException {
        int checked = 0;
        for (JsonNode vector : Vectors.json("tai64n/tai64n.json").get("vectors")) {
            if (!vector.has("whitened")) continue; // seconds alone
            Instant time =
                    Instant.ofEpochSecond(vector.get("unix_s").asLong(), vector.get("ns").asLong());
            assertThat(hex(Tai64n.of(time))).isEqualTo(vector.get("whitened").asText());
            checked++;
        }
        assertThat(checked).isPositive();
    }

    @Test
    void isLaterOnlyWhenThePublishedVectorsSaySo() throws IOException {
        int checked = 0;
        for (JsonNode vector : Vectors.json("tai64n/tai64n.json").get("whitening_after")) {
            Instant time = Instant.ofEpochSecond(0, vector.get("t_ns").asLong());
            Duration plus = duration(vector.get("plus").asText());
            int order = Tai64n.of(time.plus(plus)).compareTo(Tai64n.of(time));
            assertThat(order > 0).as("%s", vector).isEqualTo(vector.get("after").asBoolean());
            checked++;
        }
        assertThat(checked).isPositive();
    }

    private static Duration duration(String text) {
        long number = Long.parseLong(text.replaceAll("\\D", ""));
        return switch (text.replaceAll("\\d", "")) {
            case "ns" -> Duration.ofNanos(number);
            case "us" -> Duration.ofNanos(1000 * number);
            case "ms" -> Duration.ofMillis(number);
            default -> throw new AssertionError(text);
        };
    }

    @Test
    void showsNoFinerTimeThan16Milliseconds() {
        Property.check(
                500,
                Tai64nTest::time,
                time -> {
                    String label = hex(Tai64n.of(time));
                    assertThat(label).endsWith("000000");
                    long seconds = Long.parseUnsignedLong(label.substring(0, 16), 16);
                    assertThat(seconds).isEqualTo(0x400000000000000aL + time.getEpochSecond());
                    assertThat(Integer.parseInt(label.substring(16), 16))
                            .isEqualTo(time.getNano() / (1 << 24) * (1 << 24));
                });
    }

    @Test
    void sortsByTime() {
        Property.check(
                2_000,
                random -> {
                    Instant one = time(random);
                    Instant two = random.nextBoolean() ? time(random) : near(random, one);
                    int order = Tai64n.of(one).compareTo(Tai64n.of(two));
                    int expected =
                            one.getEpochSecond() == two.getEpochSecond()
                                    ? Integer.compare(one.getNano() >> 24, two.getNano() >> 24)
                                    : one.compareTo(two);
                    assertThat(Integer.signum(order)).isEqualTo(Integer.signum(expected));
                    assertThat(Tai64n.of(one).equals(Tai64n.of(two))).isEqualTo(expected == 0);
                });
    }

    @Test
    void isReadAsItIsWritten() {
        Property.check(
                200,
                Tai64nTest::time,
                time -> {
                    Tai64n label = Tai64n.of(time);
                    Tai64n read = Tai64n.read(label.toSegment());
                    assertThat(read).isEqualTo(label).hasSameHashCodeAs(label);
                    assertThat(read.compareTo(label)).isZero();
                });
    }

    @Test
    void comparesBytesAsUnsigned() {
        Tai64n high = Tai64n.read(Segments.of("ff0000000000000000000000"));
        Tai64n low = Tai64n.read(Segments.of("7fffffffffffffffffffffff"));
        assertThat(high).isGreaterThan(low).isGreaterThan(Tai64n.NEVER);
    }

    @Test
    void everyTimeIsAfterNever() {
        assertThat(Tai64n.of(Instant.MIN)).isGreaterThan(Tai64n.NEVER);
        assertThat(Tai64n.of(Instant.EPOCH)).isGreaterThan(Tai64n.NEVER);
        assertThat(Tai64n.of(Instant.MAX)).isGreaterThan(Tai64n.of(Instant.EPOCH));
    }

    @Test
    void cannotBeChangedThroughWhatItGivesAway() {
        Tai64n label = Tai64n.of(Instant.EPOCH);
        label.toSegment().fill((byte) 0);
        assertThat(hex(label)).isEqualTo("400000000000000a00000000");
    }

    private static Instant time(RandomGenerator random) {
        return Instant.ofEpochSecond(
                random.nextLong(-1_000_000_000L, 10_000_000_000L), random.nextInt(1_000_000_000));
    }

    private static Instant near(RandomGenerator random, Instant time) {
        return time.plusNanos(random.nextLong(-40_000_000, 40_000_000));
    }

    private static String hex(Tai64n label) {
        return Segments.hex(label.toSegment());
    }
}
