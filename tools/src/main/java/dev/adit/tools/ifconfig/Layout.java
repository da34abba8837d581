package dev.adit.tools.ifconfig;

import dev.adit.tools.terminal.CommandFailure;

import java.util.Locale;
import java.util.Map;

/// The system whose ifconfig(8) output is imitated. Immutable.
enum Layout {
    OPENBSD {
        @Override
        void print(InterfaceFacts facts, boolean peers, StringBuilder text) {
            new OpenBsdLayout(facts, text).print(peers);
        }
    },
    FREEBSD {
        @Override
        void print(InterfaceFacts facts, boolean peers, StringBuilder text) {
            new FreeBsdLayout(facts, text).print();
        }
    },
    NETBSD {
        @Override
        void print(InterfaceFacts facts, boolean peers, StringBuilder text) {
            new NetBsdLayout(facts, text).print();
        }
    };

    /// Appends the description of an interface.
    ///
    /// @param peers whether to show peers, where that system's program does
    abstract void print(InterfaceFacts facts, boolean peers, StringBuilder text);

    /// The layout that the environment selects; OpenBSD's by default.
    static Layout of(Map<String, String> environment) throws CommandFailure {
        return of(environment.getOrDefault(VARIABLE, ""), VARIABLE);
    }

    /// Parses the name of a layout; OpenBSD's when it is empty.
    ///
    /// @param source the variable or option with the name
    static Layout of(String name, String source) throws CommandFailure {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "", "openbsd" -> OPENBSD;
            case "freebsd" -> FREEBSD;
            case "netbsd" -> NETBSD;
            default ->
                    throw new CommandFailure(
                            source + " is openbsd, freebsd or netbsd, not " + name);
        };
    }

    private static final String VARIABLE = "ADIT_IFCONFIG_LAYOUT";
}
