package dev.adit.os.linux;

import dev.adit.ip.port.ErrnoException;
import dev.adit.ip.port.Tun;
import dev.adit.os.ffi.Errno;
import dev.adit.os.ffi.Netlink;
import dev.adit.os.ffi.PollFds;

import java.lang.foreign.Arena;
import java.util.function.IntConsumer;

/// Follows the interface of a TUN descriptor, through renames and from namespace to namespace, and
/// reports changes to a listener. Confined to the thread that runs it.
final class LinkWatch implements Runnable {

    // Events come from one rtnetlink socket in the namespace of this process, which also receives
    // those of other namespaces, with their numbers. The interface is identified by namespace and
    // index; both are requested again (by descriptor and name) whenever they may have changed: when
    // it is deleted from its namespace, as in a move, and when events were lost. In another
    // namespace it is also requested every second: the end of that namespace is not announced, and
    // neither is anything else without CAP_NET_BROADCAST.

    private final TunDescriptor tun;
    private final UseCount uses;
    private final Tun.Listener listener;
    private final IntConsumer located;
    private final RouteSocket links;
    private final RouteMtus routeMtus;
    private final PollFds ready = new PollFds(Arena.ofAuto(), 3);
    private Search search = Search.DUE;
    private int request;
    private int requestedNamespace;
    private int retry = RETRY;
    private int namespace = RouteSocket.OWN;
    private int index; // 0 while not known
    private boolean removed;
    private boolean reported;
    private boolean up;
    private int mtu;

    /// @param located told the index of the interface in the namespace of this process whenever it
    ///   may have changed; 0 while it is elsewhere or not known
    LinkWatch(
            TunDescriptor tun,
            UseCount uses,
            Wakeup wakeup,
            Tun.Listener listener,
            IntConsumer located)
            throws ErrnoException {
        this.tun = tun;
        this.uses = uses;
        this.located = located;
        this.listener = listener;
        links = new RouteSocket(Arena.ofAuto(), Netlink.RTMGRP_LINK);
        links.hearNamespaces();
        try {
            routeMtus = new RouteMtus();
        } catch (ErrnoException e) {
            links.close();
            throw e;
        }
        ready.set(0, links.fd(), PollFds.POLLIN);
        ready.set(1, wakeup.fd(), PollFds.POLLIN);
        ready.set(2, routeMtus.fd(), PollFds.POLLIN);
    }

    @Override
    public void run() {
        try (links;
                routeMtus) {
            while (!removed && uses.enter()) {
                try {
                    if (search == Search.DUE) locate();
                } finally {
                    uses.leave();
                }
                drain();
                if (!removed) followRoutes();
                if (search != Search.DUE && !removed) await();
            }
            if (removed && !uses.isClosed()) listener.removed();
        } catch (ErrnoException | RuntimeException | Error e) {
            if (!uses.isClosed()) listener.failed(e);
        }
    }

    /// Requests the interface's present place; the answer comes among the events.
    private void locate() {
        search = Search.ASKED;
        try {
            requestedNamespace = LinkQuery.namespace(tun);
            request = links.requestLink(requestedNamespace, tun.name());
        } catch (ErrnoException e) {
            removed = e.errno() == Errno.EBADFD;
        }
    }

    private void drain() throws ErrnoException {
        while (!removed && !uses.isClosed() && links.next()) {
            if (links.isLink() && links.answers(request)) {
                search = Search.DONE;
                retry = RETRY;
                namespace = requestedNamespace;
                index = links.index();
                located.accept(namespace == RouteSocket.OWN ? index : 0);
                report();
            } else if (isOurs()) {
                if (links.isLink()) {
                    report();
                } else {
                    search = Search.DUE;
                    located.accept(0);
                }
            }
        }
        if (links.takeLost()) search = Search.DUE;
    }

    private boolean isOurs() {
        return (links.isLink() || links.isDeletedLink())
                && links.index() == index
                && links.origin() == namespace;
    }

    private void followRoutes() throws ErrnoException {
        int[] mtus = routeMtus.changed(namespace, index);
        if (mtus != null && !uses.isClosed()) listener.routeMtus(mtus);
    }

    private void await() {
        if (!uses.enter()) return;
        try {
            int timeout = namespace == RouteSocket.OWN ? NEVER : TICK;
            if (search == Search.ASKED) {
                timeout = retry;
                retry = Math.min(2 * retry, TICK);
            }
            int delay = routeMtus.delay();
            boolean routesFirst = delay >= 0 && (timeout == NEVER || delay < timeout);
            if (!ready.await(routesFirst ? delay : timeout) && !routesFirst) search = Search.DUE;
        } finally {
            uses.leave();
        }
    }

    private void report() {
        boolean first = !reported;
        boolean wasUp = up;
        reported = true;
        up = (links.flags() & Netlink.IFF_UP) != 0;
        if (links.mtu() != mtu) {
            mtu = links.mtu();
            listener.mtu(mtu);
        }
        routeMtus.linkChanged();
        if ((first || up != wasUp) && !uses.isClosed()) listener.state(up);
    }

    private enum Search {
        DUE,
        ASKED,
        DONE
    }

    private static final int NEVER = -1;
    private static final int RETRY = 50; // milliseconds
    private static final int TICK = 1000; // milliseconds
}
