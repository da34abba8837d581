package dev.adit.net.conformance;

import java.nio.channels.CancelledKeyException;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Short programs on selectors, by their names. Confined to one thread.
final class SelectorCases extends Channels {
    /// What a program does with a selector, and the channels of a connection.
    interface Use {
        Object of(Selector selector, Pair pair) throws Exception;
    }

    static Map<String, SocketCases.Case> all() {
        SelectorCases cases = new SelectorCases();
        cases.registering();
        cases.cancelling();
        cases.ready();
        cases.sets();
        cases.waiting();
        cases.closing();
        cases.beside();
        return cases.all;
    }

    private void with(String name, Use use) {
        all.put(
                "a selector: " + name,
                lab -> {
                    try (Selector selector = lab.clientChannels().openSelector();
                            Pair pair = Pair.of(lab)) {
                        pair.client().configureBlocking(false);
                        return use.of(selector, pair);
                    }
                });
    }

    /// The same with the client registered for `operations`.
    private void registered(String name, int operations, Use use) {
        with(
                name,
                (s, p) -> {
                    p.client().register(s, operations);
                    return use.of(s, p);
                });
    }

    private static SelectionKey key(Selector s, Pair p) {
        return p.client().keyFor(s);
    }

    private void registering() {
        with("a channel in blocking mode", (s, p) -> p.server().register(s, 1));
        with(
                "an operation that a channel does not have",
                (s, p) -> {
                    return p.client().register(s, SelectionKey.OP_ACCEPT);
                });
        with(
                "a channel twice is one key",
                (s, p) -> {
                    SelectionKey one = p.client().register(s, SelectionKey.OP_READ, "a");
                    SelectionKey other = p.client().register(s, SelectionKey.OP_WRITE, "b");
                    return (one == other) + " " + one.interestOps() + " " + one.attachment();
                });
        with(
                "a key knows its channel and selector",
                (s, p) -> {
                    SelectionKey key = p.client().register(s, 0);
                    return (key.channel() == p.client())
                            + " "
                            + (key.selector() == s)
                            + key.isValid();
                });
        with(
                "a closed channel",
                (s, p) -> {
                    p.client().close();
                    return p.client().register(s, SelectionKey.OP_READ);
                });
        with(
                "its keys",
                (s, p) -> {
                    int before = s.keys().size();
                    p.client().register(s, 0);
                    return before + " " + s.keys().size() + " " + p.client().isRegistered();
                });
        with(
                "with a closed one",
                (s, p) -> {
                    s.close();
                    return p.client().register(s, 0);
                });
        registered(
                "interest that it cannot have",
                0,
                (s, p) -> {
                    return key(s, p).interestOps(SelectionKey.OP_ACCEPT);
                });
        registered(
                "interest that is added and taken away",
                SelectionKey.OP_READ,
                (s, p) -> {
                    int before = key(s, p).interestOpsOr(SelectionKey.OP_WRITE);
                    int then = key(s, p).interestOpsAnd(~SelectionKey.OP_READ);
                    return before + " " + then + " " + key(s, p).interestOps();
                });
    }

    private void cancelling() {
        registered(
                "a key that is cancelled",
                1,
                (s, p) -> {
                    SelectionKey key = key(s, p);
                    key.cancel();
                    int before = s.keys().size();
                    s.selectNow();
                    return before
                            + " "
                            + s.keys().size()
                            + " "
                            + key.isValid()
                            + p.client().isRegistered();
                });
        registered(
                "the interest of a cancelled key",
                1,
                (s, p) -> {
                    SelectionKey key = key(s, p);
                    key.cancel();
                    return key.interestOps();
                });
        registered(
                "the ready set of a cancelled key",
                1,
                (s, p) -> {
                    SelectionKey key = key(s, p);
                    key.cancel();
                    return key.readyOps();
                });
        registered(
                "setting the interest of a cancelled key",
                1,
                (s, p) -> {
                    SelectionKey key = key(s, p);
                    key.cancel();
                    return key.interestOps(0);
                });
        registered(
                "a channel again whose key is cancelled",
                1,
                (s, p) -> {
                    key(s, p).cancel();
                    try {
                        p.client().register(s, 1);
                    } catch (CancelledKeyException e) {
                        s.selectNow();
                        return "later: " + p.client().register(s, 1).isValid();
                    }
                    return "at once";
                });
        registered(
                "a channel that is closed",
                1,
                (s, p) -> {
                    SelectionKey key = key(s, p);
                    p.client().close();
                    boolean isValid = key.isValid();
                    s.selectNow();
                    return isValid + " " + s.keys().size();
                });
        registered(
                "a channel that is closed when it was selected",
                4,
                (s, p) -> {
                    s.select();
                    p.client().close();
                    s.selectNow();
                    return s.selectedKeys().size();
                });
        registered(
                "blocks again after a key is cancelled",
                1,
                (s, p) -> {
                    key(s, p).cancel();
                    s.selectNow();
                    p.client().configureBlocking(true);
                    return p.client().isBlocking();
                });
    }

    private void ready() {
        registered(
                "a new connection may be written to",
                4,
                (s, p) -> {
                    return s.select() + " " + key(s, p).isWritable() + key(s, p).isReadable();
                });
        registered("a new connection has nothing to read", 1, (s, p) -> s.selectNow());
        registered(
                "bytes that arrive",
                1,
                (s, p) -> {
                    p.server().write(bytes(1));
                    return s.select() + " " + key(s, p).isReadable();
                });
        registered(
                "bytes that are there stay",
                1,
                (s, p) -> {
                    p.server().write(bytes(1));
                    int first = s.select();
                    int second = s.select();
                    s.selectedKeys().clear();
                    int third = s.select();
                    return first + " " + second + " " + third;
                });
        registered(
                "bytes that are read are gone",
                1,
                (s, p) -> {
                    p.server().write(bytes(1));
                    s.select();
                    s.selectedKeys().clear();
                    p.client().read(bytes(9));
                    return s.selectNow();
                });
        registered(
                "bytes that are read in part are there",
                1,
                (s, p) -> {
                    p.server().write(bytes(2));
                    s.select();
                    s.selectedKeys().clear();
                    p.client().read(bytes(1));
                    return s.selectNow();
                });
        registered(
                "the end of the peer",
                1,
                (s, p) -> {
                    p.server().shutdownOutput();
                    return s.select() + " " + p.client().read(bytes(1));
                });
        registered(
                "a reset",
                1,
                (s, p) -> {
                    p.reset();
                    return s.select() + " " + key(s, p).isReadable();
                });
        registered(
                "its own end of input",
                1,
                (s, p) -> {
                    p.client().shutdownInput();
                    return s.select();
                });
        registered(
                "both operations at once",
                5,
                (s, p) -> {
                    p.server().write(bytes(1));
                    while (!s.selectedKeys().contains(key(s, p)) || !key(s, p).isReadable())
                        s.select();
                    return key(s, p).readyOps();
                });
        registered(
                "a full connection may not be written to",
                4,
                (s, p) -> {
                    while (p.client().write(bytes(1 << 20)) > 0) {}
                    return s.selectNow();
                });
        registered(
                "a full connection has room when the peer reads",
                4,
                (s, p) -> {
                    while (p.client().write(bytes(1 << 20)) > 0) {}
                    ThreadKind.Task<Object> reader =
                            ThreadKind.VIRTUAL.run(() -> drain(p.server()));
                    int n = s.select();
                    p.client().close();
                    return n + " " + reader.get();
                });
        registered(
                "no interest",
                0,
                (s, p) -> {
                    p.server().write(bytes(1));
                    awaitReadableBeside(p);
                    return s.selectNow();
                });
        registered(
                "interest that is set later",
                0,
                (s, p) -> {
                    p.server().write(bytes(1));
                    awaitReadableBeside(p);
                    s.selectNow();
                    key(s, p).interestOps(SelectionKey.OP_READ);
                    return s.select();
                });
        registered(
                "interest that is taken away",
                4,
                (s, p) -> {
                    int before = s.select();
                    s.selectedKeys().clear();
                    key(s, p).interestOps(0);
                    return before + " " + s.selectNow();
                });
        all.put(
                "a selector: a connection that arrives",
                lab -> {
                    try (Selector s = lab.serverChannels().openSelector();
                            ServerSocketChannel listening = listening(lab);
                            SocketChannel c = lab.clientChannels().openSocketChannel()) {
                        listening.configureBlocking(false);
                        SelectionKey key = listening.register(s, SelectionKey.OP_ACCEPT);
                        int before = s.selectNow();
                        c.connect(listening.getLocalAddress());
                        int n = s.select();
                        boolean isAcceptable = key.isAcceptable();
                        listening.accept().close();
                        s.selectedKeys().clear();
                        return before + " " + n + " " + isAcceptable + " " + s.selectNow();
                    }
                });
        all.put(
                "a selector: a channel that is registered before it connects",
                lab -> {
                    try (Selector s = lab.clientChannels().openSelector();
                            ServerSocketChannel listening = listening(lab);
                            SocketChannel c = lab.clientChannels().openSocketChannel()) {
                        c.configureBlocking(false);
                        c.connect(listening.getLocalAddress());
                        SelectionKey key = c.register(s, SelectionKey.OP_CONNECT);
                        int n = s.select();
                        boolean isConnected = c.finishConnect();
                        key.interestOps(SelectionKey.OP_READ);
                        s.selectedKeys().clear();
                        int none = s.selectNow();
                        try (SocketChannel other = listening.accept()) {
                            other.write(bytes(3));
                            return n + " " + isConnected + " " + none + " " + s.select();
                        }
                    }
                });
    }

    /// Waits until the client has something to read, by another selector.
    private static void awaitReadableBeside(Pair p) throws Exception {
        try (Selector other = p.client().provider().openSelector()) {
            p.client().register(other, SelectionKey.OP_READ);
            other.select();
        }
    }

    private static Object drain(SocketChannel from) throws Exception {
        var to = bytes(1 << 16);
        while (from.read(to.clear()) >= 0) {}
        return "read";
    }

    private void sets() {
        registered("adding to the selected keys", 4, (s, p) -> s.selectedKeys().add(key(s, p)));
        registered("adding to its keys", 4, (s, p) -> s.keys().add(key(s, p)));
        registered("removing from its keys", 4, (s, p) -> s.keys().remove(key(s, p)));
        registered(
                "removing from the selected keys",
                4,
                (s, p) -> {
                    s.select();
                    boolean was = s.selectedKeys().remove(key(s, p));
                    return was + " " + s.selectedKeys().size() + " " + s.select();
                });
        registered(
                "removing by the iterator",
                4,
                (s, p) -> {
                    s.select();
                    var iterator = s.selectedKeys().iterator();
                    iterator.next();
                    iterator.remove();
                    return s.selectedKeys().isEmpty() + " " + s.select();
                });
        registered(
                "an action for each",
                4,
                (s, p) -> {
                    List<Integer> seen = new ArrayList<>();
                    int n = s.select(key -> seen.add(key.readyOps()));
                    int again = s.select(key -> seen.add(key.readyOps()), 1000);
                    int now = s.selectNow(key -> seen.add(key.readyOps()));
                    return n + " " + again + " " + now + " " + seen + " " + s.selectedKeys().size();
                });
        registered("an action that closes it", 4, (s, p) -> s.select(key -> closeQuietly(s)));
        registered("no action", 4, (s, p) -> s.select(null));
    }

    private static void closeQuietly(Selector s) {
        try {
            s.close();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void waiting() {
        with("a negative time", (s, p) -> s.select(-1));
        registered("a time that is over", 1, (s, p) -> s.select(20));
        with("no keys", (s, p) -> s.select(20));
        with("woken before it selects", (s, p) -> s.wakeup().select());
        with(
                "woken twice before it selects",
                (s, p) -> {
                    s.wakeup().wakeup();
                    return s.select() + " " + s.select(10);
                });
        with(
                "selecting at once takes the wake-up",
                (s, p) -> {
                    s.wakeup();
                    return s.selectNow() + " " + s.select(10);
                });
        for (ThreadKind kind : ThreadKind.values()) {
            registered(
                    "woken while it selects, " + kind,
                    1,
                    (s, p) -> {
                        var thread = kind.run(() -> s.select()).begun();
                        s.wakeup();
                        return thread.get();
                    });
            registered(
                    "interrupted while it selects, " + kind,
                    1,
                    (s, p) -> {
                        var thread =
                                kind.run(
                                                () ->
                                                        s.select()
                                                                + " "
                                                                + Thread.currentThread()
                                                                        .isInterrupted())
                                        .begun();
                        thread.interrupt();
                        return thread.get();
                    });
            registered(
                    "in a thread that was interrupted, " + kind,
                    1,
                    (s, p) -> {
                        return kind.run(
                                        () -> {
                                            Thread.currentThread().interrupt();
                                            return s.select() + " " + Thread.interrupted();
                                        })
                                .get();
                    });
            registered(
                    "closed while it selects, " + kind,
                    1,
                    (s, p) -> {
                        var thread = kind.run(() -> s.select()).begun();
                        s.close();
                        return thread.get();
                    });
            registered(
                    "bytes that arrive while it selects, " + kind,
                    1,
                    (s, p) -> {
                        var thread = kind.run(() -> s.select()).begun();
                        p.server().write(bytes(1));
                        return thread.get();
                    });
            registered(
                    "interest that is set while it selects, " + kind,
                    1,
                    (s, p) -> {
                        var thread = kind.run(() -> s.select(50)).begun();
                        key(s, p).interestOps(SelectionKey.OP_WRITE);
                        return thread.get() + " " + s.select();
                    });
        }
    }

    private void closing() {
        registered(
                "closed: its keys are invalid",
                1,
                (s, p) -> {
                    SelectionKey key = key(s, p);
                    s.close();
                    return key.isValid()
                            + " "
                            + p.client().isRegistered()
                            + " "
                            + p.client().isOpen();
                });
        with("closed: open", (s, p) -> after(s::close, s::isOpen));
        with("closed: selects", (s, p) -> after(s::close, s::select));
        with("closed: selects at once", (s, p) -> after(s::close, s::selectNow));
        with("closed: its keys", (s, p) -> after(s::close, s::keys));
        with("closed: its selected keys", (s, p) -> after(s::close, s::selectedKeys));
        with("closed: wakes up", (s, p) -> after(s::close, () -> s.wakeup() == s));
        with("closed: closes again", (s, p) -> after(s::close, () -> run(s::close)));
    }

    /// A pipe is the JDK's with both.
    private void beside() {
        all.put(
                "a selector: a pipe beside a connection",
                lab -> {
                    Pipe pipe = lab.clientChannels().openPipe();
                    try (Selector s = lab.clientChannels().openSelector();
                            Pair p = Pair.of(lab);
                            Pipe.SourceChannel source = pipe.source();
                            Pipe.SinkChannel sink = pipe.sink()) {
                        source.configureBlocking(false);
                        p.client().configureBlocking(false);
                        SelectionKey one = source.register(s, SelectionKey.OP_READ);
                        SelectionKey other = p.client().register(s, SelectionKey.OP_READ);
                        int before = s.selectNow();
                        var thread = ThreadKind.PLATFORM.run(() -> s.select()).begun();
                        sink.write(bytes(1));
                        int first = thread.get();
                        boolean isPipe = s.selectedKeys().remove(one);
                        source.read(bytes(9));
                        thread = ThreadKind.PLATFORM.run(() -> s.select()).begun();
                        p.server().write(bytes(1));
                        int second = thread.get();
                        boolean isConnection = s.selectedKeys().remove(other);
                        thread = ThreadKind.PLATFORM.run(() -> s.select(10)).begun();
                        one.cancel();
                        s.selectNow();
                        source.configureBlocking(true);
                        return before
                                + " "
                                + first
                                + isPipe
                                + " "
                                + second
                                + isConnection
                                + s.keys().size();
                    }
                });
    }
}
