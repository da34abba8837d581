package dev.adit.tools.terminal;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// A terminal in memory.
public final class FakeTerminal {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private String input = "";
    private Map<String, String> environment = Map.of();
    private boolean interactive;
    private String program = "adit";

    /// Names the program; `adit` if not set.
    public FakeTerminal program(String name) {
        program = name;
        return this;
    }

    public FakeTerminal input(String text) {
        input = text;
        return this;
    }

    public FakeTerminal environment(String name, String value) {
        environment = Map.of(name, value);
        return this;
    }

    public FakeTerminal environment(Map<String, String> all) {
        environment = all;
        return this;
    }

    public FakeTerminal interactive() {
        interactive = true;
        return this;
    }

    public Terminal terminal() {
        return new Terminal(
                program,
                new ByteArrayInputStream(input.getBytes(StandardCharsets.ISO_8859_1)),
                out,
                err,
                environment,
                interactive);
    }

    /// What was printed.
    public String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    /// What was complained about.
    public String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
