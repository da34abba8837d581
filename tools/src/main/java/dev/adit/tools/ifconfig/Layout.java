package dev.adit.tools.ifconfig;

import dev.adit.tools.terminal.CommandFailure;

import java.util.Locale;
import java.util.Map;

/// The system whose ifconfig(8) an interface is shown as. Immutable.
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

    /// Appends what is shown of an interface.
    ///
    /// @param peers whether to show them too, where that system's program does
    abstract void print(InterfaceFacts facts, boolean peers, StringBuilder text);

    /// The one that the environment asks for; OpenBSD's when it asks for none.
    static Layout of(Map<String, String> environment) throws CommandFailure {
        return of(environment.getOrDefault(VARIABLE, ""), VARIABLE);
    }

    /// The one of that name; OpenBSD's when it is empty.
    ///
    /// @param source what the name was given with
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
