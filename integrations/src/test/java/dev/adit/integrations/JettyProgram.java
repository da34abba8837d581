package dev.adit.integrations;

import dev.adit.net.Network;

import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.SelectorManager;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Jetty in a network of its own, which sends back what it gets: `FILE serve ADDRESS PORT`; and a
/// client of the host that asks it: `- ask URL REQUESTS`. Fails with an exception, else prints what
/// it has seen.
public final class JettyProgram {
    public static void main(String[] args) throws Exception {
        if (args[1].equals("ask")) {
            ask(URI.create(args[2]), Integer.parseInt(args[3]));
            return;
        }
        try (Network office = Network.open(Path.of(args[0]))) {
            // The other side learns from it where this program is.
            if (!office.awaitPeers(Duration.ofSeconds(60))) throw new ConnectException("no peer");
            serve(office.selectorProvider(), args[2], Integer.parseInt(args[3]));
        }
    }

    private static void serve(SelectorProvider provider, String host, int port) throws Exception {
        Server server = new Server();
        server.addConnector(new TunnelConnector(server, provider, host, port));
        server.setHandler(new Echo());
        server.start();
        System.out.println("serving");
        server.join();
    }

    /// A connector whose channels are in a tunnel.
    private static final class TunnelConnector extends ServerConnector {
        private final SelectorProvider provider;

        TunnelConnector(Server server, SelectorProvider provider, String host, int port) {
            super(server);
            this.provider = provider;
            setHost(host);
            setPort(port);
        }

        @Override
        protected ServerSocketChannel openAcceptChannel() throws IOException {
            return provider.openServerSocketChannel()
                    .bind(new InetSocketAddress(getHost(), getPort()));
        }

        @Override
        protected SelectorManager newSelectorManager(
                Executor executor, Scheduler scheduler, int selectors) {
            return new ServerConnectorManager(executor, scheduler, selectors) {
                @Override
                protected Selector newSelector() throws IOException {
                    return provider.openSelector();
                }
            };
        }
    }

    /// Answers with the body of the request, once all of it is there: the JDK's client gives up on
    /// an answer that comes before.
    private static final class Echo extends Handler.Abstract {
        @Override
        public boolean handle(Request request, Response response, Callback callback)
                throws IOException {
            response.write(true, Content.Source.asByteBuffer(request), callback);
            return true;
        }
    }

    private static void ask(URI uri, int requests) throws Exception {
        try (HttpClient client =
                        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
                ExecutorService executor = Executors.newFixedThreadPool(THREADS)) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < requests; i++) {
                int number = i;
                all.add(executor.submit(() -> echo(client, uri, number, SMALL)));
            }
            for (Future<?> one : all) one.get();
            System.out.println("small: " + all.size());
            echo(client, uri, 0, LARGE);
            System.out.println("large: " + LARGE);
        }
    }

    private static Void echo(HttpClient client, URI uri, int seed, int bytes) throws Exception {
        byte[] body = new byte[bytes];
        new Random(seed).nextBytes(body);
        HttpRequest request =
                HttpRequest.newBuilder(uri)
                        .timeout(Duration.ofSeconds(60))
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                        .build();
        byte[] answer = client.send(request, HttpResponse.BodyHandlers.ofByteArray()).body();
        if (!Arrays.equals(answer, body)) throw new IOException("other bytes");
        return null;
    }

    private static final int THREADS = 50;
    private static final int SMALL = 10_000;
    private static final int LARGE = 20_000_000;

    private JettyProgram() {}
}
