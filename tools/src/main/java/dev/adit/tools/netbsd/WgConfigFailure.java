package dev.adit.tools.netbsd;

import dev.adit.tools.terminal.CommandFailure;

/// Makes the failures of wgconfig(8), whose messages begin with its name. Stateless.
final class WgConfigFailure {
    static CommandFailure of(String message) {
        return new CommandFailure("wgconfig: " + message);
    }

    private WgConfigFailure() {}
}
