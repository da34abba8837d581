package dev.adit.tools.launch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The classes that the launcher and the build name to Java. A compiler does not see them there,
/// and a training run that fails leaves programs that only start slower.
class ScriptClassesTest {

    @Test
    void everyClassThatAScriptNamesIsAProgram() throws Exception {
        Set<String> names = new TreeSet<>(named("launch.sh"));
        names.addAll(named("build.sh"));
        assertThat(names)
                .contains("Adit", "ToolTraining", "daemon.Daemon", "training.DaemonTraining");
        for (String name : names) {
            Class<?> type = Class.forName("dev.adit.tools." + name);
            int modifiers = type.getMethod("main", String[].class).getModifiers();
            assertThat(Modifier.isStatic(modifiers)).as(name).isTrue();
        }
    }

    private static Set<String> named(String script) throws IOException {
        Set<String> names = new TreeSet<>();
        Matcher matcher = NAME.matcher(Files.readString(Path.of(script)));
        while (matcher.find()) names.add(matcher.group(1));
        return names;
    }

    /// After the flags of a call of `run_java`, as a value of `$main`, and where that is compared.
    private static final Pattern NAME =
            Pattern.compile(
                    "(?:_flags[^\"]*\"|main=|main in|main\" =|\\|) ?([a-z.]*[A-Z][a-z]\\w*)");
}
