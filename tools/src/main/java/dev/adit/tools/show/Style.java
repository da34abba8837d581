package dev.adit.tools.show;

import java.util.Map;

/// The colours of the pretty format, or none. Immutable.
///
/// @param coloured false to leave every text as it is
record Style(boolean coloured) {
    /// The style that `WG_COLOR_MODE` selects; by default, colours only on a terminal.
    static Style of(Map<String, String> environment, boolean interactive) {
        return switch (environment.getOrDefault("WG_COLOR_MODE", "")) {
            case "always" -> new Style(true);
            case "never" -> new Style(false);
            default -> new Style(interactive);
        };
    }

    /// The beginning of an interface, which resets the colours of anything printed before.
    String start() {
        return coloured ? RESET : "";
    }

    /// The word that heads an interface or a peer.
    String heading(Colour colour, String word) {
        return wrap(colour.escape + BOLD, word);
    }

    String name(Colour colour, String text) {
        return wrap(colour.escape, text);
    }

    String label(String text) {
        return wrap(BOLD, text);
    }

    /// A unit, or the slash in a prefix.
    String unit(String text) {
        return wrap(CYAN, text);
    }

    String alarm(String text) {
        return wrap(RED, text);
    }

    private String wrap(String escape, String text) {
        return coloured ? escape + text + RESET : text;
    }

    enum Colour {
        INTERFACE("\33[32m"),
        PEER("\33[33m");

        private final String escape;

        Colour(String escape) {
            this.escape = escape;
        }
    }

    // ECMA-48, "select graphic rendition".
    private static final String RESET = "\33[0m";
    private static final String BOLD = "\33[1m";
    private static final String RED = "\33[31m";
    private static final String CYAN = "\33[36m";
}
