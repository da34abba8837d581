package dev.adit.tools.quick;

/// Why a verb ends before its time.
final class VerbFailure extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;

    private VerbFailure(String message, int status) {
        super(message, null, false, false);
        this.status = status;
    }

    /// An error of ours, with exit status 1.
    ///
    /// @param message one sentence without the program's name
    VerbFailure(String message) {
        this(message, 1);
    }

    /// A failure about which everything was said already.
    ///
    /// @param status the exit status, not 0
    static VerbFailure told(int status) {
        return new VerbFailure(null, status);
    }

    /// What the program ends with.
    int status() {
        return status;
    }
}
