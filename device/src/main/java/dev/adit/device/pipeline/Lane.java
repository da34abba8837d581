package dev.adit.device.pipeline;

import dev.adit.protocol.session.ThreadCiphers;

/// Seals and opens what the readers hand over, in both directions in turns.
final class Lane extends PipelineThread {
    private final Lanes lanes;
    private final int number;
    private final ThreadCiphers ciphers = new ThreadCiphers();

    Lane(Engine engine, Lanes lanes, int number) {
        super(engine, "lane" + number);
        this.lanes = lanes;
        this.number = number;
    }

    @Override
    void work() {
        boolean inboundFirst = number % 2 != 0;
        while (!lanes.isClosed()) {
            if (!lanes.advance(ciphers, inboundFirst)) lanes.sleep(number);
            inboundFirst = !inboundFirst;
        }
    }

    @Override
    void release() {
        ciphers.close();
    }
}
