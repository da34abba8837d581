package dev.adit.tools.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.io.IOException;

class DescriptorLimitTest {
    private static final String LIMITS =
            """
            Limit                     Soft Limit           Hard Limit           Units
            Max processes             96000                96000                processes
            Max open files            %s                   %s                   files
            """;

    @Test
    void isTheSoftOneWhichTheJvmHasRaised() {
        assertThat(DescriptorLimit.parse(LIMITS.formatted("24", "4096"))).hasValue(24);
        assertThat(DescriptorLimit.parse(LIMITS.formatted("unlimited", "unlimited"))).isEmpty();
        assertThat(DescriptorLimit.parse("")).isEmpty();
    }

    @Test
    void isRefusedWithWhatIsNeeded() throws IOException {
        DescriptorLimit.check(DescriptorLimit.NEEDED);
        assertThatThrownBy(() -> DescriptorLimit.check(24))
                .hasMessage(
                        "24 file descriptors are allowed (ulimit -n), and %d are needed"
                                .formatted(DescriptorLimit.NEEDED));
    }
}
