package dev.adit.tools.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.adit.tools.terminal.Tool;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The launchers in `compat/bin`.
@Timeout(120)
class CompatTest {
    @TempDir private Path folder;
    private Checkout checkout;

    @BeforeEach
    void makeCheckout() throws Exception {
        checkout = new Checkout(folder.resolve("a check out"));
        checkout.run("adit");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sh", "dash", "bash", "busybox sh"})
    void runAditUnderTheirNames(String shell) throws Exception {
        assumeTrue(Tool.isThere(shell.split(" ")[0]), shell + " is not installed");
        for (String name : Checkout.COMPAT) {
            Tool.Outcome outcome =
                    checkout.with(shell).run("compat/bin/" + name, "a  b", "", "*", "$x'\"");
            assertThat(outcome.err()).isEmpty();
            assertThat(outcome.status()).isZero();
            assertThat(outcome.out().lines())
                    .contains("-Dadit.program=" + name, "-Dadit.home=" + checkout.root)
                    .endsWith("dev.adit.tools/dev.adit.tools.Adit", "a  b", "", "*", "$x'\"");
        }
    }

    @Test
    void areFoundThroughLinksAndKeepTheirNames() throws Exception {
        Path links = Files.createDirectories(folder.resolve("some links"));
        for (String name : Checkout.COMPAT) {
            Path file = checkout.root.resolve("compat/bin").resolve(name);
            Files.createSymbolicLink(links.resolve(name), file);
            Files.createSymbolicLink(links.resolve("again"), Path.of(name));
            Files.createSymbolicLink(folder.resolve("folder"), file.getParent());
            for (String path :
                    List.of("some links/" + name, "some links/again", "folder/" + name)) {
                Tool.Outcome outcome = checkout.run(folder.resolve(path).toString());
                assertThat(outcome.status()).as(path).isZero();
                assertThat(outcome.out())
                        .contains("-Dadit.program=" + name + "\n")
                        .contains("-Dadit.home=" + checkout.root.toRealPath() + "\n");
            }
            Files.delete(links.resolve("again"));
            Files.delete(folder.resolve("folder"));
        }
    }
}
