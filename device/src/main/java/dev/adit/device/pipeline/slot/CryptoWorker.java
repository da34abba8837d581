package dev.adit.device.pipeline.slot;

import dev.adit.device.pipeline.thread.PipelineThread;
import dev.adit.protocol.session.ThreadCiphers;

/// A thread that seals and opens for the readers, alternating between both directions.
final class CryptoWorker extends PipelineThread {
    private final CryptoWorkers<?, ?> workers;
    private final int number;
    private final ThreadCiphers ciphers = new ThreadCiphers();

    CryptoWorker(Owner owner, CryptoWorkers<?, ?> workers, int number) {
        super(owner, "crypto" + number);
        this.workers = workers;
        this.number = number;
    }

    @Override
    protected void work() {
        boolean inboundFirst = number % 2 != 0;
        while (!workers.isClosed()) {
            if (!workers.advance(ciphers, inboundFirst)) workers.sleep(number);
            inboundFirst = !inboundFirst;
        }
    }

    @Override
    protected void release() {
        ciphers.close();
    }
}
