package dev.adit.tools.quick;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.device.config.ConfigException;
import dev.adit.device.config.file.ConfFile;
import dev.adit.device.config.file.WgQuickFile;
import dev.adit.fuzz.FixedResolver;
import dev.adit.fuzz.Input;
import dev.adit.fuzz.Target;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/// A configuration file of `adit up`: a message, or two parts, of which the one for `setconf` has
/// the lines of the file as they were and is its own other part; and a plan that can be shown.
public final class QuickConfFuzz implements Target {
    private final ConfFile file = new ConfFile(new FixedResolver(), warning -> {});

    @Override
    public void take(byte[] bytes) {
        byte[] text = new Input(bytes).rest();
        WgQuickFile conf;
        try {
            conf = WgQuickFile.parse(text, "fuzz.conf");
        } catch (ConfigException refused) {
            assertThat(refused.getMessage()).startsWith("fuzz.conf:");
            return;
        }
        rest(conf, text);
        plan(conf);
        try {
            file.parse(conf.rest(), "fuzz.conf", ConfFile.Mode.SET).erase();
        } catch (ConfigException refused) {
            assertThat(refused.place().line()).isBetween(1, conf.restLines().size());
        }
    }

    private static void rest(WgQuickFile conf, byte[] text) {
        List<String> lines = lines(text), rest = lines(conf.rest());
        assertThat(rest).hasSameSizeAs(conf.restLines());
        for (int i = 0; i < rest.size(); i++) {
            String line = lines.get(conf.restLines().get(i) - 1);
            assertThat(rest.get(i)).isEqualTo(line.replaceAll("^[ \\t]+|[ \\t]+\\z", ""));
        }
        try {
            WgQuickFile again = WgQuickFile.parse(conf.rest(), "rest.conf");
            assertThat(again.rest()).isEqualTo(conf.rest());
            assertThat(again.addresses()).isEmpty();
            assertThat(again.postUp()).isEmpty();
        } catch (ConfigException e) {
            throw new AssertionError("a part of the file was refused", e);
        }
    }

    private static List<String> lines(byte[] text) {
        String all = new String(text, StandardCharsets.ISO_8859_1);
        return all.isEmpty() ? List.of() : List.of(all.replaceFirst("\n\\z", "").split("\n", -1));
    }

    private static void plan(WgQuickFile conf) {
        UpPlan up = new UpPlan(conf, "fuzz", "fuzz.conf");
        Plan plan =
                Plan.of(
                        up.create("aditd"),
                        up.configure(),
                        up.link(1420, Optional.empty()),
                        up.finish());
        long hooks = plan.steps().stream().filter(step -> step instanceof Step.Hook).count();
        assertThat(hooks).isEqualTo(conf.preUp().size() + conf.postUp().size());
        assertThat(plan.print()).startsWith("[#] aditd fuzz\n");
        for (Step step : plan.steps()) {
            assertThat(step.echo()).doesNotContain("\n");
            if (step instanceof Step.Hook hook) {
                String word = HookShell.quote(hook.line());
                assertThat(word.substring(1, word.length() - 1).replace("'\\''", ""))
                        .isEqualTo(hook.line().replace("'", ""));
            }
        }
    }
}
