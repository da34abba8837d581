package dev.adit.integrations;

import dev.adit.it.lab.Command;
import dev.adit.it.lab.Software;
import dev.adit.it.lab.UnprivilegedProgram;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;

import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/// A certificate authority that only the tests trust, with a server's certificate of it, as PEM
/// files. Immutable.
///
/// @param authority the certificate to trust
/// @param chain the server's
/// @param key the server's, readable for its owner alone
record Certificates(Path authority, Path chain, Path key) {

    /// Makes both in `folder`; the server has `name`, which may have a wildcard.
    static Certificates in(Path folder, String name) {
        Software.requireTool("openssl");
        Path ca = folder.resolve("ca.pem"), caKey = folder.resolve("ca.key");
        Path request = folder.resolve("server.csr");
        Certificates made =
                new Certificates(ca, folder.resolve("server.pem"), folder.resolve("server.key"));
        openssl("req -x509 -subj /CN=office -days 2 -out " + ca + " -keyout " + caKey + EC);
        openssl("req -subj /CN=server -out " + request + " -keyout " + made.key + EC);
        Path names =
                UnprivilegedProgram.readable(
                        folder.resolve("names"), "subjectAltName=DNS:" + name + "\n");
        String sign =
                "x509 -req -days 2 -CAcreateserial -in %s -CA %s -CAkey %s -extfile %s -out %s";
        openssl(sign.formatted(request, ca, caKey, names, made.chain));
        return made;
    }

    private static void openssl(String arguments) {
        Command.of(("openssl " + arguments).split(" ")).run().ok();
    }

    /// Trust in this authority and no other.
    static X509TrustManager trust(Path authority) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (InputStream in = Files.newInputStream(authority)) {
            CertificateFactory x509 = CertificateFactory.getInstance("X.509");
            store.setCertificateEntry("office", x509.generateCertificate(in));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        return (X509TrustManager) factory.getTrustManagers()[0];
    }

    /// TLS with that trust.
    static SSLContext context(Path authority) throws IOException, GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new X509TrustManager[] {trust(authority)}, null);
        return context;
    }

    private static final String EC = " -nodes -newkey ec -pkeyopt ec_paramgen_curve:prime256v1";
}
