package dev.adit.proxy.socks;

import java.io.IOException;

/// Sends a SOCKS client the result of its request. Confined to the client's thread.
public interface SocksAnswer {
    /// The connection to the target is there.
    void connected() throws IOException;

    /// There is no connection.
    ///
    /// @param reason as connecting gave it
    void failed(IOException reason) throws IOException;
}
