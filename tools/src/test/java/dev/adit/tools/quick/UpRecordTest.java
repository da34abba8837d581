package dev.adit.tools.quick;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.ip.address.IpPrefix;
import dev.adit.tools.host.StateFolder;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

class UpRecordTest {

    @TempDir Path folder;

    @Test
    void keepsWhatIsToBeUndone() throws IOException {
        UpRecord record = journal("wg0", Duration.ZERO);
        UpRecord.Entry entry =
                new UpRecord.Entry(
                        51820, false, List.of(route("0.0.0.0/0", "51820"), route("fd00::/8", "m")));
        record.write(entry);
        assertThat(record.read()).contains(entry);
        record.write(entry.completed());
        assertThat(record.read()).contains(entry.completed());
        record.remove();
        assertThat(record.read()).isEmpty();
    }

    @Test
    void tellsOthersOfThisNamespaceAlone() throws IOException {
        UpRecord.Entry entry = new UpRecord.Entry(1, true, List.of());
        journal("wg0", Duration.ZERO).write(entry);
        journal("wg1", Duration.ZERO).write(new UpRecord.Entry(2, true, List.of()));
        new UpRecord(new StateFolder(folder), "wg2", "net:[2]").write(entry);
        assertThat(journal("wg1", Duration.ZERO).others()).containsExactly(entry);
    }

    /// Names of interfaces that were names of our files once.
    @Test
    void meetsNoFileOfAnotherInterface() throws Exception {
        List<String> names =
                List.of(".lock", ".names", "x", "x.next", "x.new", ".x", "wg0", "wg0.ifconfig");
        for (String name : names) {
            UpRecord record = journal(name, Duration.ZERO);
            record.write(new UpRecord.Entry(name.hashCode(), true, List.of()));
            record.lockName().close();
            record.lockTables(SignalHold.NEVER, _ -> {}).close();
        }
        for (String name : names) {
            assertThat(journal(name, Duration.ZERO).read())
                    .as(name)
                    .contains(new UpRecord.Entry(name.hashCode(), true, List.of()));
        }
        assertThat(Files.exists(folder.resolve("wg0.ifconfig"))).isFalse();
    }

    @Test
    void waitsForATableNoLongerThanItMust() throws Exception {
        List<String> notes = new ArrayList<>();
        try (FileChannel _ = journal("wg0", Duration.ZERO).lockTables(SignalHold.NEVER, s -> {})) {
            UpRecord second = journal("wg1", Duration.ofMillis(50));
            assertThatThrownBy(() -> second.lockTables(SignalHold.NEVER, notes::add))
                    .isInstanceOf(VerbFailure.class)
                    .hasMessageContaining("another `up' has been adding its routes for 0 s")
                    .hasMessageContaining(folder + "/.routing-tables.lock");
        }
        assertThat(notes).containsExactly("Waiting for another `up', which is adding its routes");
        journal("wg1", Duration.ZERO).lockTables(SignalHold.NEVER, notes::add).close();
    }

    private UpRecord journal(String name, Duration patience) {
        return new UpRecord(new StateFolder(folder), name, "net:[1]", patience);
    }

    private static UnreachableRoute route(String prefix, String table) {
        return new UnreachableRoute(IpPrefix.parse(prefix).orElseThrow(), table);
    }
}
