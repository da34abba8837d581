package dev.adit.tools.quick;

import org.jspecify.annotations.Nullable;

/// The premature end of a verb, with its exit status.
final class VerbFailure extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;

    private VerbFailure(@Nullable String message, int status) {
        super(message, null, false, false);
        this.status = status;
    }

    /// An error of ours, with exit status 1.
    ///
    /// @param message one sentence without the program's name
    VerbFailure(String message) {
        this(message, 1);
    }

    /// A failure that was reported already.
    ///
    /// @param status the exit status, not 0
    static VerbFailure told(int status) {
        return new VerbFailure(null, status);
    }

    /// The exit status of the program.
    int status() {
        return status;
    }
}
