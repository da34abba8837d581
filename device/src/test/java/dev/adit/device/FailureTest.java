package dev.adit.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.device.config.DeviceUpdate;
import dev.adit.testkit.Await;
import dev.adit.testkit.FakeBind;
import dev.adit.testkit.FakeNet;
import dev.adit.testkit.FakeNetHost;
import dev.adit.testkit.FakeTun;
import dev.adit.testkit.Fault;
import dev.adit.testkit.IpPackets;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;

/// A device whose ports fail: it closes itself, says why, and leaves nothing behind.
class FailureTest {
    private final FakeNet net = new FakeNet();
    private final DeviceFixture a = DeviceFixture.start(net, "192.0.2.1");
    private final DeviceFixture b = DeviceFixture.start(net, "192.0.2.2");
    private final RuntimeException bug = new IllegalStateException("a bug in a port");
    private final Fault fault =
            () -> {
                throw bug;
            };

    @AfterEach
    void close() {
        a.close();
        b.close();
    }

    private void connect() {
        a.add(b, "10.0.0.2/32");
        b.add(a, "10.0.0.1/32");
        a.tun.send(IpPackets.packet("10.0.0.1", "10.0.0.2", "first"));
        b.tun.receive();
    }

    /// Waits until the device has closed itself, and looks for remains.
    private void assertClosed(DeviceFixture site) throws InterruptedException {
        Await.until("the device to close", () -> site.device.state() == DeviceState.CLOSED);
        site.device.awaitClose();
        assertThat(site.tun.isClosed()).isTrue();
        assertThat(site.host.binds()).isEmpty();
        assertThat(site.tun.batchesAlive()).isZero();
        DeviceThreads.awaitNoneOf(site);
    }

    private void assertFailed(DeviceFixture site) throws InterruptedException {
        assertClosed(site);
        assertThat(site.device.failure()).containsSame(bug);
        assertThatThrownBy(() -> site.device.configure(DeviceUpdate.builder().build()))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void hasNoFailureWhenItIsClosed() throws InterruptedException {
        connect();
        a.device.close();
        assertClosed(a);
        assertThat(a.device.failure()).isEmpty();
    }

    @Test
    void endsWhenReadingTheTunHasABug() throws InterruptedException {
        connect();
        a.tun.onRead(fault);
        assertFailed(a);
    }

    @Test
    void endsWhenWritingTheTunHasABug() throws InterruptedException {
        connect();
        b.tun.onWrite(fault);
        a.tun.send(IpPackets.packet("10.0.0.1", "10.0.0.2", "meets the bug"));
        assertFailed(b);
    }

    @Test
    void endsWhenAnsweringThroughTheTunHasABug() throws InterruptedException {
        a.tun.onWrite(fault);
        a.tun.send(IpPackets.packet("10.0.0.1", "10.0.0.9", "to nobody"));
        assertFailed(a);
    }

    @Test
    void endsWhenReceivingHasABug() throws InterruptedException {
        a.host.bind().onReceive(fault);
        assertFailed(a);
    }

    @Test
    void endsWhenReceivingCanNeverSucceedAgain() throws InterruptedException {
        IOException broken = new IOException("recvmsg: EBADF");
        a.host.bind()
                .onReceive(
                        () -> {
                            throw broken;
                        });
        assertClosed(a);
        assertThat(a.device.failure()).get().extracting(Throwable::getCause).isSameAs(broken);
    }

    @Test
    void endsWhenSendingDataHasABug() throws InterruptedException {
        connect();
        a.host.onSend(
                (packets, i, to) -> {
                    throw bug;
                });
        a.tun.send(IpPackets.packet("10.0.0.1", "10.0.0.2", "meets the bug"));
        assertFailed(a);
    }

    @Test
    void endsWhenSendingAHandshakeHasABug() throws InterruptedException {
        a.add(b, "10.0.0.2/32");
        a.host.onSend(
                (packets, i, to) -> {
                    throw bug;
                });
        a.tun.send(IpPackets.packet("10.0.0.1", "10.0.0.2", "needs a session"));
        assertFailed(a);
    }

    @Test
    void endsWhenOpeningSocketsHasABug() throws InterruptedException {
        a.tun.down();
        a.host.onOpen(fault);
        a.tun.up();
        assertFailed(a);
    }

    @Test
    void goesOnWhenOpeningSocketsHasABugOnDemand() {
        connect();
        FakeBind bind = a.host.bind();
        a.host.onOpen(fault);
        assertThatThrownBy(
                        () -> a.device.configure(DeviceUpdate.builder().listenPort(4000).build()))
                .isSameAs(bug);
        assertThat(a.host.bind()).isSameAs(bind);
        a.tun.send(IpPackets.packet("10.0.0.1", "10.0.0.2", "as before"));
        assertThat(IpPackets.text(b.tun.receive())).isEqualTo("as before");
    }

    @Test
    void releasesTheRestWhenClosingTheTunHasABug() throws InterruptedException {
        connect();
        a.tun.onClose(fault);
        a.device.close();
        assertFailed(a);
    }

    @Test
    void releasesTheRestWhenClosingSocketsHasABug() throws InterruptedException {
        connect();
        a.host.bind().onClose(fault);
        a.device.close();
        assertFailed(a);
    }

    @Test
    void endsWhenClosingSocketsHasABugAsItGoesDown() throws InterruptedException {
        connect();
        a.host.bind().onClose(fault);
        a.tun.down();
        assertFailed(a);
    }

    @Test
    void isNotBuiltWhenItsTunCannotBeWatched() {
        FakeTun tun = new FakeTun("wgunwatched");
        FakeNetHost host = net.host("192.0.2.3");
        tun.onWatch(fault);
        DeviceBuilder builder = Device.builder().tun(tun).binds(host);
        assertThatThrownBy(builder::build).isSameAs(bug);
        assertThat(tun.isClosed()).isTrue();
        assertThat(tun.batchesAlive()).isZero();
        DeviceThreads.awaitNone("adit-wgunwatched-");
    }

    @Test
    void closesWithoutFailureWhenItsInterfaceIsRemoved() throws InterruptedException {
        connect();
        a.tun.remove();
        assertClosed(a);
        assertThat(a.device.failure()).isEmpty();
    }

    @Test
    void closesWithoutFailureWhenItsInterfaceCannotBeReadAnyMore() throws InterruptedException {
        a.tun.onRead(
                () -> {
                    throw new IOException("the interface is gone");
                });
        assertClosed(a);
        assertThat(a.device.failure()).isEmpty();
    }

    @Test
    void keepsTheFirstOfTwoFailures() throws InterruptedException {
        connect();
        a.tun.onClose(
                () -> {
                    throw new IllegalStateException("another");
                });
        a.tun.onRead(fault);
        assertFailed(a);
    }

    @Test
    void leavesTheOtherDeviceAlone() throws InterruptedException {
        connect();
        a.tun.onRead(fault);
        assertFailed(a);
        b.tun.send(IpPackets.packet("10.0.0.2", "10.0.0.1", "to a dead one"));
        b.tun.send(IpPackets.packet("10.0.0.2", "10.0.0.9", "to nobody"));
        assertThat(IpPackets.icmp(b.tun.receive())).isEqualTo("3/1");
        assertThat(b.device.failure()).isEmpty();
    }
}
