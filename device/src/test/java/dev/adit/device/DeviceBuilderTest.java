package dev.adit.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceBuilderTest {
    @ParameterizedTest
    @ValueSource(ints = {-1, 33, 99, Integer.MIN_VALUE, Integer.MAX_VALUE})
    void refusesCountsOfCryptoThreadsThatThereCannotBe(int count) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Device.builder().cryptoThreads(count))
                .withMessage("crypto threads must be between 0 and 32, not " + count);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 32})
    void takesTheOthers(int count) {
        assertThat(Device.builder().cryptoThreads(count).cryptoThreads).isEqualTo(count);
    }
}
