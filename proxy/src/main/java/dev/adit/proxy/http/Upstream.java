package dev.adit.proxy.http;

import dev.adit.proxy.stream.Duplex;

/// The connection to the server of the last request. Immutable.
record Upstream(Authority authority, Duplex connection) {
    void close() {
        connection.close();
    }
}
