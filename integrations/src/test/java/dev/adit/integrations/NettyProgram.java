package dev.adit.integrations;

import dev.adit.net.Network;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;

import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.nio.channels.spi.SelectorProvider;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// What a program does with Netty in a network of its own, or with `-` as `FILE` in that of the
/// host: `FILE serve ADDRESS PORT` or `FILE connect ADDRESS PORT CONNECTIONS`. Fails with an
/// exception, else prints what it has seen.
public final class NettyProgram {
    public static void main(String[] args) throws Exception {
        if (args[0].equals("-")) {
            run(SelectorProvider.provider(), args);
            return;
        }
        try (Network office = Network.open(Path.of(args[0]))) {
            // The other side learns from it where this program is.
            if (!office.awaitPeers(Duration.ofSeconds(LIMIT)))
                throw new ConnectException("no peer");
            run(office.selectorProvider(), args);
        }
    }

    private static void run(SelectorProvider provider, String[] args) throws Exception {
        InetSocketAddress address = new InetSocketAddress(args[2], Integer.parseInt(args[3]));
        EventLoopGroup group =
                new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory(provider));
        try {
            if (args[1].equals("serve")) serve(provider, group, address);
            else connect(provider, group, address, Integer.parseInt(args[4]));
        } finally {
            group.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
        }
    }

    private static void serve(
            SelectorProvider provider, EventLoopGroup group, InetSocketAddress address)
            throws InterruptedException {
        Channel listening =
                new ServerBootstrap()
                        .group(group)
                        .channelFactory(() -> new NioServerSocketChannel(provider))
                        .childHandler(new Echo())
                        .bind(address)
                        .sync()
                        .channel();
        System.out.println("serving");
        listening.closeFuture().sync();
    }

    /// Sends back what comes.
    @Sharable
    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            context.write(message);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
        }
    }

    /// Opens connections that each send a message and get it back, then all of them at once do so
    /// again, then are closed.
    private static void connect(
            SelectorProvider provider, EventLoopGroup group, InetSocketAddress address, int count)
            throws Exception {
        Bootstrap bootstrap =
                new Bootstrap()
                        .group(group)
                        .channelFactory(() -> new NioSocketChannel(provider))
                        .handler(
                                new ChannelInitializer<>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        channel.pipeline().addLast(new Client());
                                    }
                                });
        Semaphore beginning = new Semaphore(AT_ONCE);
        List<Client> clients = new ArrayList<>();
        List<CompletableFuture<Void>> answers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            beginning.acquire();
            Channel channel = bootstrap.connect(address).sync().channel();
            Client client = channel.pipeline().get(Client.class);
            clients.add(client);
            answers.add(client.exchange(channel, i).whenComplete((v, e) -> beginning.release()));
        }
        System.out.println("first: " + await(answers));
        for (int i = 0; i < count; i++) {
            answers.set(i, clients.get(i).exchange(clients.get(i).channel, count + i));
        }
        System.out.println("at once: " + await(answers));
        for (Client client : clients) client.channel.close().sync();
        System.out.println("closed: " + clients.stream().filter(c -> !c.channel.isOpen()).count());
    }

    private static int await(List<CompletableFuture<Void>> answers) throws Exception {
        for (CompletableFuture<Void> answer : answers) answer.get(LIMIT, TimeUnit.SECONDS);
        return answers.size();
    }

    /// The end of a connection that asks.
    private static final class Client extends SimpleChannelInboundHandler<ByteBuf> {
        private Channel channel; // guarded by this, as are the following
        private CompletableFuture<Void> answer;
        private int number;
        private int received;

        synchronized CompletableFuture<Void> exchange(Channel to, int message) {
            channel = to;
            number = message;
            received = 0;
            answer = new CompletableFuture<>();
            ByteBuf bytes = to.alloc().buffer(BYTES);
            for (int i = 0; i < BYTES; i++) bytes.writeByte(expected(i));
            to.writeAndFlush(bytes);
            return answer;
        }

        private byte expected(int at) {
            return (byte) (number * 31 + at);
        }

        @Override
        protected synchronized void channelRead0(ChannelHandlerContext context, ByteBuf bytes) {
            while (bytes.isReadable()) {
                if (bytes.readByte() != expected(received++)) {
                    answer.completeExceptionally(new IllegalStateException("other bytes"));
                }
            }
            if (received >= BYTES) answer.complete(null);
        }

        @Override
        public synchronized void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            answer.completeExceptionally(cause);
        }

        @Override
        public synchronized void channelInactive(ChannelHandlerContext context) {
            answer.completeExceptionally(new IllegalStateException("the connection has ended"));
        }
    }

    private static final int AT_ONCE = 256;
    private static final int BYTES = 1000;
    private static final int LIMIT = 60; // s

    private NettyProgram() {}
}
