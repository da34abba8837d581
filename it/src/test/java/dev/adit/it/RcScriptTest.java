package dev.adit.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.it.lab.Await;
import dev.adit.it.lab.CompatToolsNamespace;
import dev.adit.it.lab.Keys;
import dev.adit.it.lab.Outcome;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// `dist/rc.d/adit` with two tunnels.
class RcScriptTest {
    private final Keys peer = Keys.generate();
    private CompatToolsNamespace island;

    @BeforeEach
    void configure() {
        island = CompatToolsNamespace.create("rc");
        island.write("wg0.conf", conf("10.1.0.1/24"));
        island.write("office.conf", conf("10.2.0.1/24"));
        interfaces("wireguard_enable=YES wireguard_interfaces=", "wg0.conf", "office.conf");
    }

    @AfterEach
    void stop() {
        if (island != null) island.close();
    }

    @Test
    void startsAndStopsAllOfThem() {
        assertThat(rc("enabled").ok().out()).isEqualTo("wg0\noffice\n");
        assertState("wg0 is down\noffice is down\n", 3);
        rc("start").ok();
        assertState("wg0 is up\noffice is up\n", 0);
        assertThat(island.sh("ip address").ok().out()).contains("10.1.0.1/24", "10.2.0.1/24");
        assertThat(rc("start").ok().err()).contains("wg0 is up already");
        assertThat(rc("quietstart").ok().err()).isEmpty();
        assertOneDaemonEach();
        Outcome stopped = rc("stop").ok();
        assertThat(stopped.err().indexOf("dev office")).isPositive();
        assertThat(stopped.err().indexOf("dev office"))
                .isLessThan(stopped.err().indexOf("dev wg0"));
        assertState("wg0 is down\noffice is down\n", 3);
        rc("stop").ok();
    }

    @Test
    void startsAndStopsOneByItsName() {
        rc("start", "office").ok();
        assertState("wg0 is down\noffice is up\n", 3);
        assertThat(rc("status", "office").status()).isZero();
        rc("stop", "office").ok();
        assertThat(rc("status", "office").out()).isEqualTo("office is down\n");
    }

    @Test
    void reloadsWithoutANewDaemon() {
        rc("start").ok();
        List<Long> before = island.daemons("wg0");
        String more = "\n[Peer]\nPublicKey = " + peer.publicKey() + "\nAllowedIPs = 10.1.0.2/32\n";
        island.write("wg0.conf", conf("10.1.0.1/24") + more);
        rc("reload").ok();
        assertThat(island.sh("wg show wg0 allowed-ips").ok().out())
                .isEqualTo(peer.publicKey() + "\t10.1.0.2/32\n");
        assertThat(island.daemons("wg0")).isEqualTo(before);
    }

    @Test
    void changesNothingWhenAFileCannotBeReloaded() {
        rc("start").ok();
        String port = island.sh("wg show wg0 listen-port").ok().out();
        island.sh("mv wg0.conf gone").ok();
        assertThat(rc("reload").status()).isEqualTo(1);
        assertThat(island.sh("wg show wg0 listen-port").ok().out()).isEqualTo(port);
    }

    @Test
    void restartsWithOneDaemonEach() {
        rc("start").ok();
        List<Long> before = island.daemons("wg0");
        rc("restart").ok();
        assertOneDaemonEach();
        assertThat(island.daemons("wg0")).doesNotContainAnyElementsOf(before);
        rc("restart").ok();
        assertOneDaemonEach();
    }

    @Test
    void clearsUpAfterAKilledDaemon() {
        rc("start").ok();
        ProcessHandle.of(island.daemons("wg0").getFirst()).orElseThrow().destroyForcibly();
        Await.until("it has ended", Duration.ofSeconds(5), () -> island.daemons("wg0").isEmpty());
        assertState("wg0 is down\noffice is up\n", 3);
        rc("restart").ok();
        assertState("wg0 is up\noffice is up\n", 0);
        assertOneDaemonEach();
    }

    @Test
    void goesOnAfterAFailureAndTellsOfIt() {
        island.write("wg0.conf", "[Interface]\nAddress = nonsense\n");
        assertThat(rc("start").status()).isNotZero();
        assertState("wg0 is down\noffice is up\n", 3);
        assertThat(rc("reload").status()).isEqualTo(7);
    }

    @Test
    void startsNothingThatIsNotEnabled() {
        interfaces("adit_enable=NO adit_interfaces=", "wg0.conf");
        assertThat(rc("start").ok().err()).isEqualTo("adit: is not enabled: set adit_enable=YES\n");
        assertState("wg0 is down\n", 3);
        rc("onestart").ok();
        assertState("wg0 is up\n", 0);
        rc("stop").ok();
        assertState("wg0 is down\n", 3);
    }

    @Test
    void refusesOtherWords() {
        assertThat(rc("fnord").status()).isEqualTo(2);
        assertThat(rc().err()).startsWith("Usage: adit start | stop | ");
    }

    private void assertState(String lines, int status) {
        Outcome outcome = rc("status");
        assertThat(outcome.out()).isEqualTo(lines);
        assertThat(outcome.status()).isEqualTo(status);
    }

    private void assertOneDaemonEach() {
        assertThat(island.daemons("wg0")).hasSize(1);
        assertThat(island.daemons("office")).hasSize(1);
    }

    private Outcome rc(String... words) {
        List<String> command = new ArrayList<>(List.of(SCRIPT.toString()));
        command.addAll(List.of(words));
        return island.command(command.toArray(String[]::new))
                .with("ADIT_RC_CONF", island.file("rc.conf").toString())
                .within(Duration.ofSeconds(60))
                .run();
    }

    private void interfaces(String before, String... files) {
        List<String> paths =
                List.of(files).stream().map(file -> island.file(file).toString()).toList();
        island.write("rc.conf", before + "'" + String.join(" ", paths) + "'\n");
    }

    private static String conf(String address) {
        String key = Keys.generate().privateKey();
        return "[Interface]\nPrivateKey = " + key + "\nAddress = " + address + "\n";
    }

    private static final Path SCRIPT = CompatToolsNamespace.ROOT.resolve("dist/rc.d/adit");
}
