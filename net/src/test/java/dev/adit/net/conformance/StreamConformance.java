package dev.adit.net.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.net.lab.Await;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.Random;

/// What streams of connected sockets do.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class StreamConformance {
    final SocketLab lab = lab();

    abstract SocketLab lab();

    @AfterAll
    void close() {
        lab.close();
    }

    private static byte[] random(int bytes) {
        byte[] data = new byte[bytes];
        new Random(bytes).nextBytes(data);
        return data;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 1379, 1380, 1381, 65_536, 1_000_000})
    void everyByteArrivesInOrder(int bytes) throws Exception {
        byte[] data = random(bytes);
        try (SocketLab.Pair pair = lab.pair()) {
            ThreadKind.Task<Void> writer =
                    ThreadKind.VIRTUAL.run(
                            () -> {
                                pair.client().getOutputStream().write(data);
                                pair.client().shutdownOutput();
                                return null;
                            });
            assertThat(pair.server().getInputStream().readAllBytes()).isEqualTo(data);
            writer.get();
        }
    }

    @ParameterizedTest
    @EnumSource
    void bothDirectionsWorkAtOnce(ThreadKind kind) throws Exception {
        byte[] there = random(700_000), back = random(600_000);
        try (SocketLab.Pair pair = lab.pair()) {
            ThreadKind.Task<?> one = kind.run(() -> send(pair.client(), there));
            ThreadKind.Task<?> other = kind.run(() -> send(pair.server(), back));
            ThreadKind.Task<byte[]> heard =
                    kind.run(() -> pair.client().getInputStream().readAllBytes());
            assertThat(pair.server().getInputStream().readAllBytes()).isEqualTo(there);
            assertThat(heard.get()).isEqualTo(back);
            one.get();
            other.get();
        }
    }

    private static Void send(Socket to, byte[] data) throws IOException {
        to.getOutputStream().write(data);
        to.shutdownOutput();
        return null;
    }

    @Test
    void singleBytesAreReadAsNumbersFrom0To255() throws Exception {
        try (SocketLab.Pair pair = lab.pair()) {
            OutputStream out = pair.client().getOutputStream();
            for (int b : new int[] {0, 1, 127, 128, 255, 256 + 7}) out.write(b);
            InputStream in = pair.server().getInputStream();
            for (int b : new int[] {0, 1, 127, 128, 255, 7}) assertThat(in.read()).isEqualTo(b);
        }
    }

    @Test
    void aReadOfNothingReturnsAtOnce() throws Exception {
        try (SocketLab.Pair pair = lab.pair()) {
            assertThat(pair.server().getInputStream().read(new byte[0])).isZero();
            assertThat(pair.server().getInputStream().read(new byte[4], 4, 0)).isZero();
        }
    }

    @Test
    void aWriteOfNothingSendsNothing() throws Exception {
        try (SocketLab.Pair pair = lab.pair()) {
            pair.client().getOutputStream().write(new byte[0]);
            pair.client().shutdownOutput();
            assertThat(pair.server().getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void boundsOfArraysAreChecked() throws Exception {
        try (SocketLab.Pair pair = lab.pair()) {
            InputStream in = pair.client().getInputStream();
            OutputStream out = pair.client().getOutputStream();
            assertThatThrownBy(() -> in.read(new byte[4], 2, 3))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> out.write(new byte[4], -1, 3))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> in.read(null)).isInstanceOf(NullPointerException.class);
            assertThatThrownBy(() -> out.write((byte[]) null))
                    .isInstanceOf(NullPointerException.class);
        }
    }

    @Test
    void aReadReturnsWhatThereIs() throws Exception {
        try (SocketLab.Pair pair = lab.pair()) {
            pair.client().getOutputStream().write(random(10));
            byte[] buffer = new byte[100];
            assertThat(pair.server().getInputStream().read(buffer, 5, 90)).isBetween(1, 10);
            assertThat(Arrays.copyOf(buffer, 5)).containsOnly(0);
        }
    }

    @Test
    void availableTellsWhatCanBeReadAtOnce() throws Exception {
        try (SocketLab.Pair pair = lab.pair()) {
            InputStream in = pair.server().getInputStream();
            assertThat(in.available()).isZero();
            pair.client().getOutputStream().write(random(10));
            Await.until("10 bytes", () -> in.available() == 10);
            in.read();
            assertThat(in.available()).isEqualTo(9);
        }
    }

    @Test
    void theEndIsReadAgainAndAgain() throws Exception {
        try (SocketLab.Pair pair = lab.pair()) {
            pair.client().close();
            InputStream in = pair.server().getInputStream();
            for (int i = 0; i < 3; i++) assertThat(in.read()).isEqualTo(-1);
            assertThat(in.read(new byte[10])).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void halfACloseLeavesTheOtherHalf(ThreadKind kind) throws Exception {
        byte[] data = random(300_000);
        try (SocketLab.Pair pair = lab.pair()) {
            pair.client().shutdownOutput();
            assertThat(pair.client().isOutputShutdown()).isTrue();
            assertThat(pair.server().getInputStream().read()).isEqualTo(-1);
            ThreadKind.Task<?> writer = kind.run(() -> send(pair.server(), data));
            assertThat(pair.client().getInputStream().readAllBytes()).isEqualTo(data);
            writer.get();
        }
    }

    @Test
    void nothingIsWrittenBehindHalfAClose() throws Exception {
        try (SocketLab.Pair pair = lab.pair()) {
            OutputStream out = pair.client().getOutputStream();
            pair.client().shutdownOutput();
            assertThatThrownBy(() -> out.write(1)).isInstanceOf(IOException.class);
            assertThatThrownBy(pair.client()::getOutputStream).isInstanceOf(SocketException.class);
            assertThatThrownBy(pair.client()::shutdownOutput).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void whatIsNotReadAnyMoreIsTheEnd() throws Exception {
        try (SocketLab.Pair pair = lab.pair()) {
            InputStream in = pair.client().getInputStream();
            pair.client().shutdownInput();
            assertThat(in.read()).isEqualTo(-1);
            assertThat(in.available()).isZero();
            assertThatThrownBy(pair.client()::getInputStream).isInstanceOf(SocketException.class);
            assertThatThrownBy(pair.client()::shutdownInput).isInstanceOf(SocketException.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aReaderWhoseInputIsShutDownComesToTheEnd(ThreadKind kind) throws Exception {
        try (SocketLab.Pair pair = lab.pair()) {
            InputStream in = pair.client().getInputStream();
            ThreadKind.Task<Integer> reader = kind.run(in::read).begun();
            pair.client().shutdownInput();
            assertThat(reader.get()).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aReadTimesOutAndTheSocketGoesOn(ThreadKind kind) throws Exception {
        try (SocketLab.Pair pair = lab.pair()) {
            pair.client().setSoTimeout(30);
            InputStream in = pair.client().getInputStream();
            for (int i = 0; i < 2; i++) {
                ThreadKind.Task<Integer> reader = kind.run(in::read);
                assertThatThrownBy(reader::get)
                        .isInstanceOf(SocketTimeoutException.class)
                        .hasMessage("Read timed out");
            }
            pair.server().getOutputStream().write(7);
            pair.client().setSoTimeout(0);
            assertThat(kind.run(in::read).get()).isEqualTo(7);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aTimeoutIsOfEachRead(ThreadKind kind) throws Exception {
        try (SocketLab.Pair pair = lab.pair()) {
            pair.client().setSoTimeout(60_000);
            InputStream in = pair.client().getInputStream();
            ThreadKind.Task<Integer> reader = kind.run(in::read).begun();
            pair.server().getOutputStream().write(9);
            assertThat(reader.get()).isEqualTo(9);
        }
    }

    @ParameterizedTest
    @EnumSource
    void closingEndsABlockedRead(ThreadKind kind) throws Exception {
        try (SocketLab.Pair pair = lab.pair()) {
            InputStream in = pair.client().getInputStream();
            ThreadKind.Task<Integer> reader = kind.run(in::read).begun();
            pair.client().close();
            assertThatThrownBy(reader::get)
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("closed");
        }
    }

    @ParameterizedTest
    @EnumSource
    void closingEndsABlockedWrite(ThreadKind kind) throws Exception {
        try (SocketLab.Pair pair = lab.pair()) {
            OutputStream out = pair.client().getOutputStream();
            ThreadKind.Task<Void> writer = kind.run(() -> writeForEver(out)).begun();
            pair.client().close();
            assertThatThrownBy(writer::get).isInstanceOf(SocketException.class);
        }
    }

    private static Void writeForEver(OutputStream out) throws IOException {
        byte[] data = new byte[1 << 20];
        while (true) out.write(data);
    }

    @Test
    void closedStreamsAreOfNoUse() throws Exception {
        try (SocketLab.Pair pair = lab.pair()) {
            InputStream in = pair.client().getInputStream();
            OutputStream out = pair.client().getOutputStream();
            pair.client().close();
            assertThatThrownBy(in::read).isInstanceOf(SocketException.class);
            assertThatThrownBy(in::available).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> out.write(1)).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void closingAStreamClosesTheSocket() throws Exception {
        try (SocketLab.Pair pair = lab.pair()) {
            pair.client().getInputStream().close();
            assertThat(pair.client().isClosed()).isTrue();
            pair.server().getOutputStream().close();
            assertThat(pair.server().isClosed()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void anAbortIsAResetForTheOther(ThreadKind kind) throws Exception {
        try (SocketLab.Pair pair = lab.pair()) {
            InputStream in = pair.server().getInputStream();
            ThreadKind.Task<Integer> reader = kind.run(in::read).begun();
            pair.client().setSoLinger(true, 0);
            pair.client().close();
            assertThatThrownBy(reader::get)
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aWriterHearsOfAReset(ThreadKind kind) throws Exception {
        try (SocketLab.Pair pair = lab.pair()) {
            OutputStream out = pair.server().getOutputStream();
            ThreadKind.Task<Void> writer = kind.run(() -> writeForEver(out)).begun();
            pair.client().setSoLinger(true, 0);
            pair.client().close();
            assertThatThrownBy(writer::get).isInstanceOf(SocketException.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aWriterWaitsForASlowReader(ThreadKind kind) throws Exception {
        byte[] data = random(20_000_000);
        try (SocketLab.Pair pair = lab.pair()) {
            ThreadKind.Task<?> writer = kind.run(() -> send(pair.client(), data)).begun();
            assertThat(writer.isDone()).isFalse();
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            pair.server().getInputStream().transferTo(all);
            assertThat(all.toByteArray()).isEqualTo(data);
            writer.get();
        }
    }

    @Test
    void closingWithLingerDeliversEverything() throws Exception {
        byte[] data = random(500_000);
        try (SocketLab.Pair pair = lab.pair()) {
            ThreadKind.Task<byte[]> reader =
                    ThreadKind.VIRTUAL.run(() -> pair.server().getInputStream().readAllBytes());
            pair.client().setSoLinger(true, 30);
            pair.client().getOutputStream().write(data);
            pair.client().close();
            assertThat(reader.get()).isEqualTo(data);
        }
    }

    @Test
    void closingDeliversWhatWasWritten() throws Exception {
        byte[] data = random(100_000);
        try (SocketLab.Pair pair = lab.pair()) {
            pair.client().getOutputStream().write(data);
            pair.client().close();
            assertThat(pair.server().getInputStream().readAllBytes()).isEqualTo(data);
        }
    }

    @Test
    void aVirtualThreadThatIsInterruptedInAReadClosesTheSocket() throws Exception {
        try (SocketLab.Pair pair = lab.pair()) {
            InputStream in = pair.client().getInputStream();
            ThreadKind.Task<Integer> reader = ThreadKind.VIRTUAL.run(in::read).begun();
            reader.interrupt();
            assertThatThrownBy(reader::get)
                    .isInstanceOf(SocketException.class)
                    .hasMessage("Closed by interrupt");
            assertThat(pair.client().isClosed()).isTrue();
        }
    }

    @Test
    void aPlatformThreadIsNotInterruptedInARead() throws Exception {
        try (SocketLab.Pair pair = lab.pair()) {
            InputStream in = pair.client().getInputStream();
            ThreadKind.Task<Boolean> reader =
                    ThreadKind.PLATFORM
                            .run(() -> in.read() == 5 && Thread.currentThread().isInterrupted())
                            .begun();
            reader.interrupt();
            pair.server().getOutputStream().write(5);
            assertThat(reader.get()).isTrue();
        }
    }

    @Test
    void anInterruptedThreadReadsWhatIsThere() throws Exception {
        try (SocketLab.Pair pair = lab.pair()) {
            pair.server().getOutputStream().write(5);
            InputStream in = pair.client().getInputStream();
            Await.until("a byte", () -> in.available() == 1);
            ThreadKind.Task<Integer> reader =
                    ThreadKind.VIRTUAL.run(
                            () -> {
                                Thread.currentThread().interrupt();
                                return in.read();
                            });
            assertThat(reader.get()).isEqualTo(5);
        }
    }

    @Test
    void manyThreadsMayWriteAtOnce() throws Exception {
        try (SocketLab.Pair pair = lab.pair()) {
            OutputStream out = pair.client().getOutputStream();
            ThreadKind.Task<?>[] writers = new ThreadKind.Task<?>[10];
            for (int i = 0; i < writers.length; i++) {
                byte[] data = new byte[10_000];
                Arrays.fill(data, (byte) i);
                writers[i] =
                        ThreadKind.VIRTUAL.run(
                                () -> {
                                    for (int k = 0; k < 10; k++) out.write(data);
                                    return null;
                                });
            }
            byte[] all = pair.server().getInputStream().readNBytes(1_000_000);
            int[] counts = new int[10];
            for (byte b : all) counts[b]++;
            assertThat(counts).containsOnly(100_000);
            for (ThreadKind.Task<?> writer : writers) writer.get();
        }
    }
}
