package dev.adit.net.channels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.net.lab.Await;
import dev.adit.net.lab.TwoNetworks;

import org.junit.jupiter.api.Test;

import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.time.Duration;

/// Channels of a network that is closed, and of more than one.
class NetworkEndTest {
    @Test
    void aSelectorHoldsChannelsOfSeveralNetworks() throws Exception {
        try (TwoNetworks two = new TwoNetworks();
                Selector selector = two.left.selectorProvider().openSelector();
                ServerSocketChannel listening =
                        two.right.selectorProvider().openServerSocketChannel().bind(null);
                SocketChannel client = two.left.selectorProvider().openSocketChannel()) {
            client.configureBlocking(false);
            listening.configureBlocking(false);
            listening.register(selector, SelectionKey.OP_ACCEPT);
            client.register(selector, SelectionKey.OP_CONNECT);
            client.connect(new InetSocketAddress("10.0.0.2", port(listening)));
            Await.until(
                    "both", () -> selector.select(100) >= 0 && selector.selectedKeys().size() == 2);
            assertThat(client.finishConnect()).isTrue();
            listening.accept().close();
        }
    }

    private static int port(ServerSocketChannel channel) throws Exception {
        return ((InetSocketAddress) channel.getLocalAddress()).getPort();
    }

    @Test
    void aConnectionByIpv6() throws Exception {
        try (TwoNetworks two = new TwoNetworks();
                ServerSocketChannel listening =
                        two.right.selectorProvider().openServerSocketChannel().bind(null);
                SocketChannel client = two.left.selectorProvider().openSocketChannel()) {
            client.connect(new InetSocketAddress("fd00::2", port(listening)));
            assertThat(client.write(ByteBuffer.allocate(3))).isEqualTo(3);
        }
    }

    @Test
    void aChannelNeverReachesTheHost() throws Exception {
        try (TwoNetworks two = new TwoNetworks();
                ServerSocketChannel host =
                        ServerSocketChannel.open().bind(new InetSocketAddress("127.0.0.1", 0));
                SocketChannel client = two.left.selectorProvider().openSocketChannel()) {
            assertThatThrownBy(() -> client.connect(host.getLocalAddress()))
                    .isInstanceOf(java.net.NoRouteToHostException.class);
            assertThat(client.isOpen()).isFalse();
        }
    }

    @Test
    void channelsEndWithTheirNetworkAndDoNotKeepASelectorBusy() throws Exception {
        try (TwoNetworks two = new TwoNetworks()) {
            SelectorProvider provider = two.left.selectorProvider();
            ServerSocketChannel remote =
                    two.right.selectorProvider().openServerSocketChannel().bind(null);
            Selector selector = provider.openSelector();
            SocketChannel client = provider.openSocketChannel();
            client.connect(new InetSocketAddress("10.0.0.2", port(remote)));
            client.configureBlocking(false);
            ServerSocketChannel listening = provider.openServerSocketChannel().bind(null);
            listening.configureBlocking(false);
            DatagramChannel datagrams = provider.openDatagramChannel().bind(null);
            datagrams.configureBlocking(false);
            client.register(selector, SelectionKey.OP_READ);
            listening.register(selector, SelectionKey.OP_ACCEPT);
            datagrams.register(selector, SelectionKey.OP_READ);
            assertThat(selector.selectNow()).isZero();
            two.left.close(Duration.ZERO);
            Await.until(
                    "all", () -> selector.select(100) >= 0 && selector.selectedKeys().size() == 3);
            assertThatThrownBy(() -> client.read(ByteBuffer.allocate(1)))
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("Network closed: left");
            assertThatThrownBy(listening::accept).hasMessageContaining("Network closed: left");
            assertThatThrownBy(() -> datagrams.receive(ByteBuffer.allocate(1)))
                    .hasMessageContaining("Network closed: left");
            assertThatThrownBy(listening::accept).isInstanceOf(ClosedChannelException.class);
            selector.selectedKeys().clear();
            assertThat(selector.selectNow()).isZero();
            assertThat(selector.keys()).isEmpty();
            assertThatThrownBy(provider::openSocketChannel).hasMessageContaining("Network closed");
        }
    }
}
