package dev.adit.proxy.stream;

import java.io.IOException;

/// A request that breaks the rules of its protocol. The message says which, and holds no secret.
public final class BadRequestException extends IOException {
    private static final long serialVersionUID = 1;

    /// @param reason for the log
    public BadRequestException(String reason) {
        super(reason);
    }
}
