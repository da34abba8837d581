package dev.adit.tools.show;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnitsTest {
    private final Units units = new Units(new Style(false));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    1          | 1 second ago
                    2          | 2 seconds ago
                    60         | 1 minute ago
                    61         | 1 minute, 1 second ago
                    3600       | 1 hour ago
                    7205       | 2 hours, 5 seconds ago
                    86400      | 1 day ago
                    31536000   | 1 year ago
                    31535999   | 364 days, 23 hours, 59 minutes, 59 seconds ago
                    63158461   | 2 years, 1 day, 1 minute, 1 second ago
                    """)
    void tellsHowLongAgo(long seconds, String words) {
        assertThat(units.ago(1_000_000_000, 1_000_000_000 + seconds)).isEqualTo(words);
    }

    @Test
    void tellsWhenItIsNowOrNotYet() {
        assertThat(units.ago(5, 5)).isEqualTo("Now");
        assertThat(units.ago(6, 5))
                .isEqualTo("(System clock wound backward; connection problems may ensue.)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    0                    | 0 B
                    1023                 | 1023 B
                    1024                 | 1.00 KiB
                    1536                 | 1.50 KiB
                    1048575              | 1024.00 KiB
                    1048576              | 1.00 MiB
                    1073741823           | 1024.00 MiB
                    1073741824           | 1.00 GiB
                    1099511627776        | 1.00 TiB
                    1125899906842624     | 1024.00 TiB
                    9223372036854775807  | 8388608.00 TiB
                    18446744073709551615 | 16777216.00 TiB
                    """)
    void tellsHowMuch(String bytes, String words) {
        assertThat(units.bytes(Long.parseUnsignedLong(bytes))).isEqualTo(words);
    }

    @Test
    void coloursUnitsAlone() {
        Units coloured = new Units(new Style(true));
        assertThat(coloured.bytes(2048)).isEqualTo("2.00 \33[36mKiB\33[0m");
        assertThat(coloured.every(61))
                .isEqualTo("every 1 \33[36mminute\33[0m, 1 \33[36msecond\33[0m");
    }
}
