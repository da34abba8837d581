import dev.adit.net.MemoryUdp;
import dev.adit.net.Network;

import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.XECPrivateKey;
import java.util.Arrays;
import java.util.Base64;

/// Connects two networks in one program as peers of each other, in memory: for tests of programs
/// that communicate through WireGuard.
public class TwoNetworks {
    public static void main(String[] arguments) throws Exception {
        MemoryUdp internet = new MemoryUdp();
        Keys one = Keys.make(), other = Keys.make();
        try (Network left = network(internet, 1, 2, one, other);
                Network right = network(internet, 2, 1, other, one);
                ServerSocket listening = right.listen(7);
                Socket client = left.socketFactory().createSocket("10.0.0.2", 7);
                Socket server = listening.accept()) {
            client.getOutputStream().write("hello\n".getBytes(StandardCharsets.US_ASCII));
            client.shutdownOutput();
            server.getInputStream().transferTo(System.out);
            System.out.flush();
        }
    }

    private static Network network(MemoryUdp internet, int own, int peer, Keys keys, Keys theirs)
            throws Exception {
        String text =
                """
                [Interface]
                PrivateKey = %s
                Address = 10.0.0.%d/24
                ListenPort = 51820
                [Peer]
                PublicKey = %s
                AllowedIPs = 10.0.0.%d/32
                Endpoint = 192.0.2.%d:51820
                """
                        .formatted(keys.privateKey, own, theirs.publicKey, peer, peer);
        return Network.builder()
                .config("net" + own, text.getBytes(StandardCharsets.US_ASCII))
                .binds(internet.host("192.0.2." + own))
                .build();
    }

    private record Keys(String privateKey, String publicKey) {
        static Keys make() throws Exception {
            KeyPair pair = KeyPairGenerator.getInstance("X25519").generateKeyPair();
            byte[] secret = ((XECPrivateKey) pair.getPrivate()).getScalar().orElseThrow();
            byte[] encoded = pair.getPublic().getEncoded(); // ends with the 32 bytes of the key
            byte[] open = Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
            Base64.Encoder base64 = Base64.getEncoder();
            return new Keys(base64.encodeToString(secret), base64.encodeToString(open));
        }
    }
}
