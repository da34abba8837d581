package dev.adit.integrations;

import dev.adit.net.Network;

import okhttp3.ConnectionPool;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// What a program does with OkHttp in a network of its own: `FILE AUTHORITY REQUESTS`. Fails with
/// an exception, else prints what it has seen.
public final class OkHttpProgram {
    public static void main(String[] args) throws Exception {
        try (Network office = Network.open(Path.of(args[0]))) {
            Path authority = Path.of(args[1]);
            OkHttpClient client =
                    new OkHttpClient.Builder()
                            .socketFactory(office.socketFactory())
                            .dns(office::resolve)
                            .sslSocketFactory(
                                    Certificates.context(authority).getSocketFactory(),
                                    Certificates.trust(authority))
                            .connectionPool(new ConnectionPool(THREADS, 1, TimeUnit.MINUTES))
                            .build();
            OkHttpClient old = client.newBuilder().protocols(List.of(Protocol.HTTP_1_1)).build();
            int requests = Integer.parseInt(args[2]);
            Requests.many("http", requests, THREADS, () -> get(client, "http", "/connection"));
            Requests.many("https", requests, THREADS, () -> get(old, "https", "/connection"));
            Requests.many("h2", requests, THREADS, () -> get(client, "https", "/connection"));
            for (OkHttpClient one : List.of(old, client)) download(one);
            fail(client, "https://other.example/");
            fail(client, "https://web.internal:444/");
            fail(client, "https://10.9.0.2/");
            fail(client, "http://192.0.2.2/");
            client.dispatcher().executorService().shutdown();
            client.connectionPool().evictAll();
        }
        System.out.println("closed");
    }

    private static String get(OkHttpClient client, String scheme, String path) throws IOException {
        Request request = new Request.Builder().url(scheme + "://web.internal" + path).build();
        try (Response response = client.newCall(request).execute()) {
            if (response.code() != 200) throw new IOException("status " + response.code());
            return response.body().string();
        }
    }

    private static void download(OkHttpClient client) throws Exception {
        Request request = new Request.Builder().url("https://web.internal/large").build();
        try (Response response = client.newCall(request).execute()) {
            System.out.println(
                    response.protocol() + " " + Requests.sha256(response.body().byteStream()));
        }
    }

    private static void fail(OkHttpClient client, String url) {
        Request request = new Request.Builder().url(url).build();
        try (Response response = client.newCall(request).execute()) {
            System.out.println(url + " answers " + response.code());
        } catch (IOException e) {
            System.out.println(url + " " + e + " " + e.getCause());
        }
    }

    private static final int THREADS = 8;

    private OkHttpProgram() {}
}
