package dev.adit.tools.network;

import org.junit.jupiter.api.Test;

/// The training run, whose failures are noticed nowhere else.
class ProxyTrainingTest {
    @Test
    void comesToItsEnd() throws Exception {
        ProxyTraining.run();
    }
}
