package dev.adit.bench;

import dev.adit.ip.address.Endpoint;
import dev.adit.ip.address.IpAddress;
import dev.adit.ip.packet.PacketBatch;
import dev.adit.protocol.keys.PrivateKey;
import dev.adit.protocol.tunnel.HandshakeDatagram;
import dev.adit.protocol.tunnel.HandshakeOutcome;
import dev.adit.protocol.tunnel.Peer;
import dev.adit.protocol.tunnel.Tunnel;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/// The three computations of a handshake, macs, indices and sessions included. With `-jvmArgsAppend
/// -Dadit.crypto=jdk` the JDK's X25519 instead of libcrypto's.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class HandshakeBenchmark {
    static {
        // Else the vector cipher would warm up beside what is measured.
        System.setProperty("adit.crypto", "libcrypto");
    }

    /// Both ends, and a time of their own.
    @State(Scope.Thread)
    public static class Ends {
        final Tunnel initiator = new Tunnel(RANDOM, RANDOM, () -> {});
        final Tunnel responder = new Tunnel(RANDOM, RANDOM, () -> {});
        final PacketBatch out = new PacketBatch(1, 4096);
        Peer theResponder;
        HandshakeDatagram initiation;
        HandshakeDatagram response;
        long now;

        @Setup
        public void meet() {
            initiator.privateKey(key(), Client.NOTHING);
            responder.privateKey(key(), Client.NOTHING);
            initiator.up(Client.NOTHING);
            responder.up(Client.NOTHING);
            theResponder = initiator.add(responder.publicKey().orElseThrow(), Client.NOTHING);
            responder.add(initiator.publicKey().orElseThrow(), Client.NOTHING);
        }

        private static PrivateKey key() {
            byte[] bytes = new byte[PrivateKey.LENGTH];
            RANDOM.nextBytes(bytes);
            return new PrivateKey(MemorySegment.ofArray(bytes));
        }

        boolean createInitiation() {
            now += 6_000_000_000L;
            return initiator.createInitiation(now, Instant.EPOCH.plusNanos(now), theResponder, out);
        }

        HandshakeOutcome consumeInitiation() {
            return responder.handshake(now, initiation, out, Client.NOTHING);
        }

        HandshakeOutcome consumeResponse() {
            return initiator.handshake(now, response, out, Client.NOTHING);
        }

        HandshakeDatagram sent(int type) {
            byte[] bytes =
                    out.memory()
                            .asSlice(out.offset(0), out.length(0))
                            .toArray(ValueLayout.JAVA_BYTE);
            return new HandshakeDatagram(type, MemorySegment.ofArray(bytes), FROM);
        }
    }

    /// An initiation is there.
    @State(Scope.Thread)
    public static class Called extends Ends {
        @Setup(Level.Invocation)
        public void call() {
            createInitiation();
            initiation = sent(1);
        }
    }

    /// A response is there.
    @State(Scope.Thread)
    public static class Answered extends Called {
        @Setup(Level.Invocation)
        public void answer() {
            if (!consumeInitiation().replied()) throw new IllegalStateException("no response");
            response = sent(2);
        }
    }

    @Benchmark
    public boolean createInitiation(Ends ends) {
        return ends.createInitiation();
    }

    @Benchmark
    public HandshakeOutcome consumeInitiationAndCreateResponse(Called ends) {
        return ends.consumeInitiation();
    }

    @Benchmark
    public HandshakeOutcome consumeResponse(Answered ends) {
        return ends.consumeResponse();
    }

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Endpoint FROM =
            new Endpoint(IpAddress.parse("192.0.2.1").orElseThrow(), 51820);
}
