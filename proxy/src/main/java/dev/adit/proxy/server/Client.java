package dev.adit.proxy.server;

import dev.adit.proxy.stream.Duplex;

/// A client of a proxy, while it is connected. Guarded by the [ClientTable].
final class Client {
    private final Duplex connection;
    long awaitedSince; // nanoseconds, while its request is awaited

    Client(Duplex connection) {
        this.connection = connection;
    }

    Duplex connection() {
        return connection;
    }
}
