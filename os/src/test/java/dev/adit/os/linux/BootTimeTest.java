package dev.adit.os.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.adit.ip.port.TimeSource;

import org.junit.jupiter.api.Test;

import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

class BootTimeTest {
    @Test
    void isWhatThisModuleOffersAsTheTime() {
        ModuleDescriptor module = BootTime.class.getModule().getDescriptor();
        assumeTrue(module != null, "not tested as a module");
        assertThat(module.provides())
                .filteredOn(provides -> provides.service().equals(TimeSource.class.getName()))
                .flatMap(ModuleDescriptor.Provides::providers)
                .containsExactly(BootTime.class.getName());
    }

    @Test
    void onlyGrows() {
        BootTime time = new BootTime();
        long last = time.nanoTime();
        for (int i = 0; i < 100_000; i++) {
            long next = time.nanoTime();
            assertThat(next).isGreaterThanOrEqualTo(last);
            last = next;
        }
    }

    /// The kernel moves one of its two clocks, as if the machine had slept for a day before.
    @Test
    void countsTheTimeForWhichTheMachineSlept() throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> shift = List.of("unshare", "--time", "--fork", "--boottime", "86400");
        assumeTrue(Host.hasCommand(String.join(" ", shift) + " true"), "needs time namespaces");
        String path = System.getProperty("jdk.module.path", "");
        path += ":" + System.getProperty("java.class.path");
        String told =
                Host.run(
                        String.join(" ", shift)
                                + (" " + java + " --enable-native-access=ALL-UNNAMED -cp ")
                                + (path + " " + Told.class.getName()));
        long nanoTime = Long.parseLong(told.strip().split(" ")[0]);
        long bootTime = Long.parseLong(told.strip().split(" ")[1]);
        assertThat(bootTime - nanoTime).isGreaterThan(86_000L * SECOND);
    }

    @Test
    void isTheUptimeOfTheMachine() throws Exception {
        String uptime = Files.readString(Path.of("/proc/uptime")).split(" ")[0];
        long seconds = new BootTime().nanoTime() / SECOND;
        assertThat(seconds - Double.parseDouble(uptime)).isBetween(-2.0, 2.0);
    }

    /// Tells both clocks.
    static final class Told {
        public static void main(String[] arguments) {
            System.out.println(System.nanoTime() + " " + new BootTime().nanoTime());
        }
    }

    private static final long SECOND = 1_000_000_000L;
}
