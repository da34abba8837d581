package dev.adit.proxy.socks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.fuzz.Input;
import dev.adit.fuzz.Target;
import dev.adit.proxy.stream.BadRequestException;
import dev.adit.proxy.stream.RequestReader;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/// The words of SOCKS clients, of all versions: the same request, the same answers and as many
/// bytes read as by the tables of the RFCs; a password is erased and only the right one lets in.
public final class SocksFuzz implements Target {
    @Override
    public void take(byte[] bytes) throws IOException {
        Input input = new Input(bytes);
        boolean isVersion5 = input.flag(), hasUsers = input.flag();
        byte[] words = input.rest();
        ByteArrayInputStream in = new ByteArrayInputStream(words);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        RequestReader reader = new RequestReader(in);
        String outcome;
        try {
            SocksRequest request =
                    isVersion5
                            ? new Socks5(reader, out, hasUsers ? SocksFuzz::check : null)
                                    .negotiate()
                            : new Socks4(reader, out).read();
            outcome = request == null ? "refused" : request.toString();
        } catch (BadRequestException bad) {
            assertThat(bad).hasMessageMatching("[a-zA-Z0-9 ]+");
            outcome = "bad";
        } catch (EOFException ended) {
            outcome = "ended";
        }
        SocksTables tables = new SocksTables(words, hasUsers);
        String expected = isVersion5 ? tables.version5() : tables.version4();
        assertThat(outcome).isEqualTo(expected);
        assertThat(HexFormat.of().formatHex(out.toByteArray())).isEqualTo(tables.answers());
        // What follows is the target's.
        if (!outcome.equals("ended") && !outcome.equals("bad")) {
            assertThat(words.length - in.available()).isEqualTo(tables.position());
        }
    }

    private static boolean check(byte[] name, byte[] password) {
        boolean isRight =
                Arrays.equals(name, SocksTables.USER.getBytes(StandardCharsets.ISO_8859_1))
                        && Arrays.equals(
                                password,
                                SocksTables.PASSWORD.getBytes(StandardCharsets.ISO_8859_1));
        Arrays.fill(password, (byte) 0);
        return isRight;
    }
}
