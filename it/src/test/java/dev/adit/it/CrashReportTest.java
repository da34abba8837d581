package dev.adit.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.it.lab.Await;
import dev.adit.it.lab.CompatToolsNamespace;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;

/// What is left of a daemon that crashes.
class CrashReportTest {
    private CompatToolsNamespace island;

    @BeforeEach
    void start() {
        island = CompatToolsNamespace.create("crash");
        island.sh("mount -t tmpfs -o mode=755 tmpfs /var/log").ok();
        // As an earlier version made it.
        island.sh("mkdir -m 755 /var/log/adit && " + ADITD + " wg0").ok();
    }

    @AfterEach
    void stop() {
        if (island != null) island.close();
    }

    @Test
    void leavesItsReportOfACrashToItsOwnerAlone() {
        long pid = island.daemons("wg0").getFirst();
        island.sh("kill -SEGV " + pid).ok();
        Await.until("it has ended", Duration.ofSeconds(30), () -> island.daemons("wg0").isEmpty());
        assertThat(words("stat -c %a:%n /var/log/adit /var/log/adit/*"))
                .containsExactly(
                        "700:/var/log/adit", "600:/var/log/adit/hs_err_pid" + pid + ".log");
        assertThat(island.sh("find . / -maxdepth 1 -name 'hs_err*'").ok().out()).isEmpty();
    }

    @Test
    void leavesNoneWhereTheFolderIsNotItsOwn() {
        island.sh("ip link del wg0").ok();
        Await.until("it has ended", Duration.ofSeconds(30), () -> island.daemons("wg0").isEmpty());
        island.sh("mkdir -p /var/log/adit && chown 65534 /var/log/adit").ok();
        island.sh(ADITD + " wg1").ok();
        long pid = island.daemons("wg1").getFirst();
        island.sh("kill -SEGV " + pid).ok();
        Await.until("it has ended", Duration.ofSeconds(30), () -> island.daemons("wg1").isEmpty());
        String places = "find . / /tmp /var/log/adit -maxdepth 1 -name 'hs_err_pid" + pid + "*'";
        assertThat(island.sh(places).ok().out()).isEmpty();
    }

    private String[] words(String command) {
        return island.sh(command).ok().out().strip().split("\\s+");
    }

    private static final String ADITD = CompatToolsNamespace.ROOT.resolve("aditd").toString();
}
