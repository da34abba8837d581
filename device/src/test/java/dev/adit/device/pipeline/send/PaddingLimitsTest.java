package dev.adit.device.pipeline.send;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.stream.Stream;

class PaddingLimitsTest {
    @ParameterizedTest(name = "interface {0}, routes {1}: {2} up to {3}")
    @CsvSource({
        "1420, '', 0, 1420",
        "1420, '', 1420, 1420",
        "1420, '', 1421, 1420", // was cut on its way
        "0, '', 100, 0", // no limit
        "0, 1299, 1299, 1299",
        "0, 1299, 1300, 0",
        "1300, 1299, 0, 1299",
        "1300, 1299, 1299, 1299",
        "1300, 1299, 1300, 1300",
        "1300, 1299, 1301, 1300",
        "1420, 1280 1350, 1279, 1280",
        "1420, 1280 1350, 1281, 1350",
        "1420, 1280 1350, 1351, 1420",
        "1420, 1420, 1420, 1420",
        "1420, 1500, 1420, 1420",
        "1420, 1500, 1421, 1500", // a route may have a larger MTU
        "1420, 1500, 1501, 1420",
        "1420, 1280 1500, 1300, 1420"
    })
    void areTheSmallestMtuThatIsNotSmallerThanThePacket(
            int interfaceMtu, String routes, int length, int mtu) {
        PaddingLimits limits = new PaddingLimits(interfaceMtu, numbers(routes));
        assertThat(limits.mtu(length)).isEqualTo(mtu);
    }

    @Test
    void followTheInterfaceAndTheRoutes() {
        PaddingLimits limits = new PaddingLimits(1420);
        limits = limits.withRoutes(new int[] {1280});
        limits = limits.withInterface(1300);
        assertThat(limits.mtu(1280)).isEqualTo(1280);
        assertThat(limits.mtu(1281)).isEqualTo(1300);
        limits = limits.withRoutes(new int[0]);
        assertThat(limits.mtu(1280)).isEqualTo(1300);
    }

    private static int[] numbers(String words) {
        return Stream.of(words.split(" "))
                .filter(word -> !word.isEmpty())
                .mapToInt(Integer::parseInt)
                .toArray();
    }
}
