package dev.adit.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import dev.adit.ip.packet.PacketBatch;
import dev.adit.protocol.Vectors;
import dev.adit.protocol.keys.Keypair;
import dev.adit.protocol.keys.SymmetricKey;
import dev.adit.testing.Segments;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;

/// Transport data byte for byte as an independent implementation made it.
class RecordedDataTest {

    @Test
    void sealsWhatWasRecorded() throws IOException {
        int messages = 0;
        for (JsonNode v : Vectors.json("wireguard/handshake.json").get("vectors")) {
            Session[] ends = {end(v, "initiator", "responder"), end(v, "responder", "initiator")};
            for (JsonNode data : v.get("data")) {
                Session sender = ends[data.get("from").asText().equals("initiator") ? 0 : 1];
                sender.skipTo(Long.parseUnsignedLong(data.get("counter").asText()));
                assertThat(seal(sender, data.get("plaintext").asText()))
                        .isEqualTo(data.get("message").asText());
                messages++;
            }
        }
        assertThat(messages).isGreaterThan(10);
    }

    @Test
    void opensWhatWasRecorded() throws IOException {
        for (JsonNode v : Vectors.json("wireguard/handshake.json").get("vectors")) {
            Session[] ends = {end(v, "initiator", "responder"), end(v, "responder", "initiator")};
            for (JsonNode data : v.get("data")) {
                Session receiver = ends[data.get("from").asText().equals("initiator") ? 1 : 0];
                assertThat(open(receiver, data.get("message").asText()))
                        .isEqualTo(data.get("plaintext").asText());
            }
        }
    }

    private static Session end(JsonNode v, String own, String other) {
        return new Session(
                0,
                new Keypair(
                        new SymmetricKey(Segments.of(v.get(own + "_send_key").asText())),
                        new SymmetricKey(Segments.of(v.get(other + "_send_key").asText())),
                        (int) v.get(own + "_index").asLong(),
                        (int) v.get(other + "_index").asLong(),
                        own.equals("initiator")));
    }

    private static String seal(Session session, String plain) {
        byte[] packet = HexFormat.of().parseHex(plain);
        try (PacketBatch batch = new PacketBatch(1, 8192);
                SealBatch out = new SealBatch(1, 8192)) {
            batch.memory().asSlice(16, packet.length).copyFrom(MemorySegment.ofArray(packet));
            out.clear();
            // The recorded plaintexts are padded already, up to an MTU that they keep to.
            out.add(batch.memory(), 16, packet.length, Math.max(1, packet.length), 0);
            assertThat(session.seal(out)).isTrue();
            MemorySegment sealed = out.sealed().memory();
            return Segments.hex(sealed.asSlice(out.sealed().offset(0), out.sealed().length(0)));
        }
    }

    private static String open(Session session, String message) {
        byte[] sealed = HexFormat.of().parseHex(message);
        try (PacketBatch batch = new PacketBatch(1, 8192)) {
            batch.memory().asSlice(16, sealed.length).copyFrom(MemorySegment.ofArray(sealed));
            OpenBatch in = new OpenBatch(1);
            in.add(batch, 16, sealed.length);
            session.open(in);
            assertThat(in.drop(0)).isNull();
            assertThat(in.sealedBytes()).isEqualTo(sealed.length);
            return Segments.hex(batch.memory().asSlice(in.offset(0), in.length(0)));
        }
    }
}
