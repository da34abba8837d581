package dev.adit.os.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.ip.port.Tun;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// Writes down what a TUN reports. Thread-safe.
final class TunEventLog implements Tun.Listener {
    private final BlockingQueue<String> queue = new LinkedBlockingQueue<>();

    @Override
    public void state(boolean up) {
        queue.add(up ? "up" : "down");
    }

    @Override
    public void mtu(int mtu) {
        queue.add("mtu " + mtu);
    }

    @Override
    public void routeMtus(int[] mtus) {
        queue.add("routes " + Arrays.toString(mtus));
    }

    @Override
    public void removed() {
        queue.add("removed");
    }

    @Override
    public void failed(Throwable cause) {
        queue.add("failed: " + cause);
    }

    /// Waits for exactly these events, in this order.
    void expect(String... expected) throws InterruptedException {
        List<String> seen = new ArrayList<>();
        while (seen.size() < expected.length) {
            String event = queue.poll(Host.PATIENCE, TimeUnit.SECONDS);
            if (event == null) break;
            seen.add(event);
        }
        assertThat(seen).containsExactly(expected);
    }

    /// Nothing has come that was not expected.
    void expectNothing() {
        assertThat(queue).isEmpty();
    }
}
