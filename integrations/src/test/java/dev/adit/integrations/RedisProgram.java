package dev.adit.integrations;

import dev.adit.net.Network;

import redis.clients.jedis.ConnectionFactory;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.JedisPubSub;
import redis.clients.jedis.JedisSocketFactory;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.Response;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.providers.PooledConnectionProvider;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/// What a program does with Jedis in a network of its own: `FILE WHAT ARGUMENT`. Fails with an
/// exception, else prints what it has seen.
public final class RedisProgram {
    public static void main(String[] args) throws Exception {
        try (Network office = Network.open(Path.of(args[0]))) {
            switch (args[1]) {
                case "commands" -> commands(plain(office));
                case "tls" -> tls(office, Path.of(args[2]));
                case "pool" -> pool(plain(office), Integer.parseInt(args[2]));
                case "subscribe" -> subscribe(plain(office));
                case "block" -> block(plain(office));
                default -> waitForever(plain(office));
            }
        }
    }

    private static JedisSocketFactory plain(Network office) {
        return () -> {
            try {
                Socket socket = office.connect("cache.internal", 6379, Duration.ofSeconds(5));
                socket.setTcpNoDelay(true);
                return socket;
            } catch (IOException e) {
                throw new JedisConnectionException(e.getMessage(), e);
            }
        };
    }

    private static JedisSocketFactory encrypted(SSLSocketFactory factory) {
        return () -> {
            try {
                SSLSocket socket = (SSLSocket) factory.createSocket("cache.internal", 6380);
                SSLParameters parameters = socket.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS"); // checks the name
                socket.setSSLParameters(parameters);
                socket.startHandshake();
                return socket;
            } catch (IOException e) {
                throw new JedisConnectionException(e.getMessage(), e);
            }
        };
    }

    private static void commands(JedisSocketFactory sockets) {
        try (Jedis jedis = new Jedis(sockets)) {
            jedis.set("greeting", "hello from inside");
            System.out.println("got: " + jedis.get("greeting"));
            String large = "x".repeat(LARGE);
            jedis.set("large", large);
            if (!large.equals(jedis.get("large"))) throw new IllegalStateException("other value");
            System.out.println("large: " + large.length());
            List<Response<Long>> counts = new ArrayList<>();
            try (Pipeline pipeline = jedis.pipelined()) {
                for (int i = 0; i < PIPELINED; i++) counts.add(pipeline.incr("count"));
                pipeline.sync();
            }
            System.out.println("pipelined: " + counts.getLast().get());
        }
    }

    private static void tls(Network office, Path authority) throws Exception {
        SSLSocketFactory factory = office.sslSocketFactory(Certificates.context(authority));
        try (Jedis jedis = new Jedis(encrypted(factory))) {
            System.out.println("encrypted: " + jedis.ping());
        }
    }

    private static void pool(JedisSocketFactory sockets, int threads) throws Exception {
        JedisClientConfig config = DefaultJedisClientConfig.builder().build();
        ConnectionFactory connections =
                ConnectionFactory.builder().socketFactory(sockets).clientConfig(config).build();
        try (RedisClient redis =
                        RedisClient.builder()
                                .connectionProvider(new PooledConnectionProvider(connections))
                                .build();
                ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                all.add(executor.submit(() -> count(redis)));
            }
            for (Future<?> one : all) one.get();
            System.out.println("counted: " + redis.get("pooled"));
        }
    }

    private static void count(RedisClient redis) {
        for (int i = 0; i < COUNTS; i++) redis.incr("pooled");
    }

    private static void subscribe(JedisSocketFactory sockets) throws Exception {
        CountDownLatch ready = new CountDownLatch(1);
        List<String> heard = new ArrayList<>(); // written by the subscriber until it ends
        JedisPubSub listener =
                new JedisPubSub() {
                    @Override
                    public void onSubscribe(String channel, int channels) {
                        ready.countDown();
                    }

                    @Override
                    public void onMessage(String channel, String message) {
                        heard.add(message);
                        if (message.equals("end")) unsubscribe();
                    }
                };
        Thread subscriber = Thread.ofVirtual().start(() -> listen(sockets, listener));
        ready.await();
        try (Jedis publisher = new Jedis(sockets)) {
            for (int i = 0; i < MESSAGES; i++) publisher.publish("news", "message " + i);
            publisher.publish("news", "end");
        }
        subscriber.join();
        System.out.println("heard: " + heard.size() + " " + heard.get(MESSAGES - 1));
    }

    private static void listen(JedisSocketFactory sockets, JedisPubSub listener) {
        try (Jedis jedis = new Jedis(sockets)) {
            jedis.subscribe(listener, "news");
        }
    }

    private static void block(JedisSocketFactory sockets) throws Exception {
        try (Jedis jedis = new Jedis(sockets);
                Jedis other = new Jedis(sockets)) {
            long start = System.nanoTime();
            List<String> nothing = jedis.blpop(1, "queue");
            long millis = (System.nanoTime() - start) / 1_000_000;
            System.out.println("nothing: " + nothing + (millis >= 900 ? "" : " early"));
            Thread pusher = Thread.ofVirtual().start(() -> other.lpush("queue", "item"));
            System.out.println("popped: " + jedis.blpop(30, "queue"));
            pusher.join();
        }
        JedisClientConfig impatient =
                DefaultJedisClientConfig.builder().socketTimeoutMillis(300).build();
        try (Jedis jedis = new Jedis(timed(sockets, 300), impatient)) {
            jedis.sendCommand(() -> "DEBUG".getBytes(), "SLEEP", "2");
        } catch (JedisConnectionException e) {
            System.out.println("timed out: " + e.getCause());
        }
    }

    /// A factory of the program's own sets the timeout of reads: Jedis leaves that to it.
    private static JedisSocketFactory timed(JedisSocketFactory sockets, int millis) {
        return () -> {
            Socket socket = sockets.createSocket();
            try {
                socket.setSoTimeout(millis);
                return socket;
            } catch (IOException e) {
                throw new JedisConnectionException(e);
            }
        };
    }

    private static void waitForever(JedisSocketFactory sockets) {
        try (Jedis jedis = new Jedis(sockets)) {
            System.out.println("waiting " + jedis.ping());
            jedis.blpop(0, "never");
        } catch (JedisConnectionException e) {
            System.out.println("ended: " + e);
        }
    }

    private static final int LARGE = 10_000_000;
    private static final int PIPELINED = 10_000;
    private static final int COUNTS = 100;
    private static final int MESSAGES = 1000;

    private RedisProgram() {}
}
