package dev.adit.device;

import dev.adit.device.config.DeviceUpdate;
import dev.adit.device.event.DeviceEvent;
import dev.adit.device.event.DeviceListener;
import dev.adit.device.pipeline.Pipeline;
import dev.adit.ip.port.Bind;
import dev.adit.ip.port.BindFactory;
import dev.adit.ip.port.Tun;
import dev.adit.protocol.tunnel.Peer;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/// Holds the listen port and the firewall mark of a device, and its sockets while the interface is
/// up. Guarded by the device's monitor.
final class UdpSockets {
    private final Tun tun;
    private final BindFactory binds;
    private final Pipeline pipeline;
    private final DeviceListener events;
    private int listenPort;
    private volatile int fwmark; // read without it
    private String failure = "";

    UdpSockets(Tun tun, BindFactory binds, Pipeline pipeline, DeviceListener events) {
        this.tun = tun;
        this.binds = binds;
        this.pipeline = pipeline;
        this.events = events;
    }

    int listenPort() {
        return listenPort;
    }

    int fwmark() {
        return fwmark;
    }

    /// Why there were no sockets when the interface came up last, if nothing has changed since; or
    /// empty.
    String failure() {
        return failure;
    }

    /// Applies the port and the mark of `update`, or neither.
    ///
    /// @param up whether the interface is up
    /// @throws IOException when the system refuses them; then nothing has changed
    void apply(DeviceUpdate update, boolean up) throws IOException {
        int port = update.listenPort().orElse(listenPort);
        int mark = update.fwmark().orElse(fwmark);
        Bind bind = pipeline.bind();
        boolean rebind = bind != null && update.listenPort().isPresent() && port != bind.port();
        if (rebind) {
            pipeline.rebind(open(port, mark));
        } else if (bind != null && mark != fwmark) {
            bind.mark(mark);
        } else if (bind == null && asksForSocket(update)) {
            if (up) pipeline.up(open(port, mark)); // none could be opened when it went up
            else binds.open(port, mark).close();
        }
        if (rebind || mark != fwmark) pipeline.tunnel().peers().forEach(Peer::clearSource);
        listenPort = pipeline.bind() == null ? port : pipeline.bind().port();
        if (mark != fwmark) events.event(new DeviceEvent.FirewallMarkChanged(mark));
        fwmark = mark;
    }

    private static boolean asksForSocket(DeviceUpdate update) {
        return update.listenPort().isPresent() || update.fwmark().isPresent();
    }

    /// Opens sockets. The old ones are closed later, so that a port in use leaves everything
    /// unchanged.
    private Bind open(int port, int mark) throws IOException {
        Bind fresh = binds.open(port, mark);
        failure = "";
        events.event(new DeviceEvent.SocketsOpened(fresh.port(), tun.offloads(), fresh.offloads()));
        return fresh;
    }

    /// Opens the sockets for an interface that goes up, or logs why that failed: configuring
    /// another port will try again.
    @Nullable Bind openOrNull() {
        try {
            Bind fresh = open(listenPort, fwmark);
            listenPort = fresh.port();
            return fresh;
        } catch (IOException e) {
            failure = String.valueOf(e.getMessage());
            events.event(new DeviceEvent.SocketsFailed(failure));
            return null;
        }
    }
}
