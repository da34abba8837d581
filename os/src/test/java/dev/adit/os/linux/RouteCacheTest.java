package dev.adit.os.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.ip.address.Endpoint;
import dev.adit.ip.address.IpAddress;
import dev.adit.ip.port.Tun;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.NetworkInterface;
import java.util.concurrent.atomic.AtomicLong;

/// One endpoint behind two interfaces, between which its route moves. The first has the source.
class RouteCacheTest {
    private final String first = Host.newName(), second = Host.newName();
    private final String network = Host.newNetwork();
    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5); // soon negative
    private Tun firstTun, secondTun;
    private RouteCache cache;
    private int mark;

    @BeforeEach
    void open() throws IOException {
        Host.requireTun();
        firstTun = new LinuxTunFactory().create(first, 1400);
        secondTun = new LinuxTunFactory().create(second, 1400);
        for (String name : new String[] {first, second}) Host.ip("link set " + name + " up");
        Host.ip("addr add " + network + ".1/32 dev " + first);
        cache = new RouteCache(() -> mark, clock::get);
    }

    @AfterEach
    void close() {
        if (cache != null) cache.close();
        if (firstTun != null) firstTun.close();
        if (secondTun != null) secondTun.close();
    }

    private void route(String device) {
        Host.ip("route replace " + network + ".200/32 dev " + device);
        cache.invalidate();
    }

    /// One that was heard of through `device`.
    private Endpoint endpoint(String device) throws IOException {
        return new Endpoint(address(".200"), 51820, 0, address(".1"), index(device));
    }

    private static int index(String device) throws IOException {
        return NetworkInterface.getByName(device).getIndex();
    }

    private IpAddress address(String end) {
        return IpAddress.parse(network + end).orElseThrow();
    }

    @Test
    void namesTheInterfaceThatTheRouteLeadsTo() throws Exception {
        route(first);
        assertThat(cache.exit(endpoint(first))).isEqualTo(index(first));
    }

    @Test
    void namesNoneWhereTheRouteOfTheSourceLeadsElsewhere() throws Exception {
        route(first);
        assertThat(cache.exit(endpoint(second))).isZero();
    }

    @Test
    void namesTheInterfaceThatWasAskedWhereItHasALesserRoute() throws Exception {
        route(first);
        Host.ip("route add " + network + ".0/24 dev " + second);
        assertThat(cache.exit(endpoint(second))).isEqualTo(index(second));
        Host.ip("route del " + network + ".0/24 dev " + second);
        cache.invalidate();
        assertThat(cache.exit(endpoint(second))).isZero();
    }

    @Test
    void namesNoInterfaceThatIsUnknown() throws Exception {
        route(first);
        Endpoint endpoint = endpoint(first);
        Endpoint without =
                new Endpoint(endpoint.address(), endpoint.port(), 0, endpoint.source(), 0);
        assertThat(cache.exit(without)).isZero();
    }

    @Test
    void looksAgainOnlyAfterAChangeIsTold() throws Exception {
        route(first);
        Endpoint endpoint = endpoint(first);
        int before = cache.exit(endpoint);
        Host.ip("route replace " + network + ".200/32 dev " + second);
        assertThat(cache.exit(endpoint)).isEqualTo(before);
        cache.invalidate();
        assertThat(cache.exit(endpoint)).isEqualTo(RouteCache.LEFT);
    }

    @Test
    void leavesASourceWhoseRouteLeadsElsewhereAndComesBackWithTheRoute() throws Exception {
        route(first);
        Endpoint endpoint = endpoint(first);
        assertThat(cache.exit(endpoint)).isEqualTo(index(first));
        route(second);
        assertThat(cache.exit(endpoint)).isEqualTo(RouteCache.LEFT);
        route(first);
        assertThat(cache.exit(endpoint)).isEqualTo(index(first));
    }

    @Test
    void staysAwayFromASourceThatPacketsUnderWayBringBackForAWhile() throws Exception {
        route(first);
        cache.exit(endpoint(first));
        route(second);
        assertThat(cache.exit(endpoint(first))).isEqualTo(RouteCache.LEFT);
        clock.addAndGet(RouteCache.LEFT_TIME - 1);
        cache.invalidate(); // another change meanwhile
        assertThat(cache.exit(endpoint(first))).isEqualTo(RouteCache.LEFT);
        clock.incrementAndGet();
        assertThat(cache.exit(endpoint(first))).isZero();
    }

    /// A packet went that way without a source, and its answer comes when the route has gone on.
    @Test
    void staysAwayFromASourceThatIsLearntAfterItsRouteHasLeft() throws Exception {
        route(second);
        assertThat(cache.exit(endpoint(second).withoutSource())).isZero();
        route(first);
        assertThat(cache.exit(endpoint(second))).isEqualTo(RouteCache.LEFT);
        clock.addAndGet(RouteCache.LEFT_TIME);
        assertThat(cache.exit(endpoint(second))).isZero();
    }

    /// The same where the source is learnt before the change is told.
    @Test
    void leavesASourceThatIsLearntWhileItsRouteLeaves() throws Exception {
        route(second);
        cache.exit(endpoint(second).withoutSource());
        Host.ip("route replace " + network + ".200/32 dev " + first);
        assertThat(cache.exit(endpoint(second))).isZero(); // as one that was asked there
        cache.invalidate();
        assertThat(cache.exit(endpoint(second))).isEqualTo(RouteCache.LEFT);
    }

    @Test
    void followsManyChangesInARow() throws Exception {
        for (int i = 0; i < 20; i++) {
            route(i % 2 == 0 ? first : second);
            Endpoint fits = endpoint(i % 2 == 0 ? first : second);
            Endpoint old = endpoint(i % 2 == 0 ? second : first);
            if (i > 0) assertThat(cache.exit(old)).isEqualTo(RouteCache.LEFT);
            assertThat(cache.exit(fits)).isEqualTo(fits.sourceInterface());
            if (i > 0) assertThat(cache.exit(old)).isEqualTo(RouteCache.LEFT);
        }
    }

    @Test
    void countsTheLookups() throws Exception {
        route(first);
        int before = cache.lookups();
        cache.exit(endpoint(first));
        assertThat(cache.lookups() - before).isEqualTo(1);
        for (int i = 0; i < 100; i++) cache.exit(endpoint(first));
        assertThat(cache.lookups() - before).isEqualTo(1);
        cache.invalidate();
        cache.exit(endpoint(first));
        assertThat(cache.lookups() - before).isEqualTo(2);
    }

    @Test
    void leavesASourceThatHadNoRouteInBetween() throws Exception {
        route(first);
        Endpoint endpoint = endpoint(first);
        cache.exit(endpoint);
        Host.ip("route del " + network + ".200/32");
        Host.ip("route add unreachable " + network + ".200/32 metric 9");
        cache.invalidate();
        assertThat(cache.exit(endpoint)).isZero();
        Host.ip("route del unreachable " + network + ".200/32 metric 9");
        route(second);
        assertThat(cache.exit(endpoint)).isEqualTo(RouteCache.LEFT);
    }

    @Test
    void doesNotLeaveASourceThatTheRouteNeverLedTo() throws Exception {
        route(first);
        Endpoint endpoint = endpoint(second); // asked at one interface, answered from another
        assertThat(cache.exit(endpoint)).isZero();
        Host.ip("route add " + network + ".201/32 dev " + second);
        cache.invalidate();
        assertThat(cache.exit(endpoint)).isZero();
    }

    @Test
    void routesByTheMark() throws Exception {
        route(first);
        int table = 10_000 + index(first);
        Host.ip("route add " + network + ".200/32 dev " + second + " table " + table);
        Host.ip("rule add fwmark " + table + " lookup " + table);
        try {
            assertThat(cache.exit(endpoint(first))).isEqualTo(index(first));
            mark = table;
            cache.invalidate();
            assertThat(cache.exit(endpoint(first))).isEqualTo(RouteCache.LEFT);
        } finally {
            Host.ip("rule del fwmark " + table + " lookup " + table);
        }
    }

    @Test
    void leavesASourceOfInet6ButNamesItsInterfaceInAnyCase() throws Exception {
        Host.requireInet6();
        IpAddress source = IpAddress.parse("fd00:ad17:77::1").orElseThrow();
        IpAddress remote = IpAddress.parse("fd00:ad17:78::200").orElseThrow();
        Host.ip("addr add " + source + "/128 dev " + first + " nodad");
        Host.ip("-6 route replace " + remote + " dev " + first);
        Endpoint fits = new Endpoint(remote, 51820, 0, source, index(first));
        Endpoint other = new Endpoint(remote, 51820, 0, source, index(second));
        assertThat(cache.exit(fits)).isEqualTo(index(first));
        assertThat(cache.exit(other)).isEqualTo(index(second));
        Host.ip("-6 route replace " + remote + " dev " + second);
        cache.invalidate();
        assertThat(cache.exit(fits)).isEqualTo(RouteCache.LEFT);
        assertThat(cache.exit(other)).isEqualTo(index(second));
    }

    @Test
    void allocatesNothingForWhatIsKnown() throws Exception {
        route(first);
        Endpoint[] endpoints = {
            endpoint(first), endpoint(second), endpoint(first).withoutSource(), endpoint(second)
        };
        Host.assertSettlesWithoutAllocation(
                () -> {},
                () -> {
                    for (int i = 0; i < 1000; i++) cache.exit(endpoints[i & 3]);
                });
    }
}
