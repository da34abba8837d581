package dev.adit.device.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.device.config.EndpointName;
import dev.adit.device.config.Resolution;
import dev.adit.device.event.DeviceEvent.EndpointLookedUp;
import dev.adit.ip.address.Endpoint;
import dev.adit.protocol.keys.PublicKey;
import dev.adit.testkit.Await;
import dev.adit.testkit.Keys;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

class EndpointResolverTest {
    private final FakeNames resolver = new FakeNames();
    private final AtomicLong now = new AtomicLong();
    private final Map<PublicKey, Endpoint> endpoints = new ConcurrentHashMap<>();
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final EndpointResolver endpointNames =
            new EndpointResolver("test", resolver, now::get, new Table(), this::lookedUp, true);
    private final PublicKey peer = Keys.publicKey(Keys.privateKey());

    private void lookedUp(
            PublicKey of, EndpointName name, Endpoint before, Endpoint now, String failure) {
        String text = new EndpointLookedUp(null, name.toString(), before, now, failure).text();
        log.add(text.replace("Endpoint of null: ", ""));
    }

    /// Where the peers of the test are.
    private final class Table implements PeerEndpoints {
        @Override
        public Endpoint endpoint(PublicKey key) {
            return endpoints.get(key);
        }

        @Override
        public boolean move(PublicKey key, Endpoint from, Endpoint to, BooleanSupplier valid) {
            return valid.getAsBoolean() && endpoints.replace(key, from, to);
        }
    }

    @AfterEach
    void close() {
        resolver.release();
        endpointNames.close();
    }

    private void add(PublicKey key, String host, String at) {
        endpoints.put(key, endpoint(at));
        endpointNames.put(key, new EndpointName(host, 51820));
    }

    private static Endpoint endpoint(String address) {
        return Endpoint.parse(address + ":51820").orElseThrow();
    }

    private void awaitAt(String address) {
        Await.until(
                address + ", and not " + log, () -> endpoints.get(peer).equals(endpoint(address)));
    }

    private void awaitLog(int lines) {
        Await.until(lines + " lines, and not " + log, () -> log.size() >= lines);
    }

    private void later(int seconds) {
        now.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
    }

    @Test
    void aSilentPeerIsSentToWhereItsNameLeads() {
        resolver.host("vpn", "192.0.2.9");
        add(peer, "vpn", "192.0.2.1");
        endpointNames.silent(peer);
        awaitAt("192.0.2.9");
        awaitLog(1);
        assertThat(log)
                .containsExactly("vpn:51820 is now 192.0.2.9:51820, and was 192.0.2.1:51820");
    }

    @Test
    void anotherFamilyIsJustAnotherAddress() {
        resolver.host("vpn", "2001:db8::9");
        add(peer, "vpn", "192.0.2.1");
        endpointNames.silent(peer);
        awaitAt("[2001:db8::9]");
    }

    @Test
    void aPeerWithoutANameIsLeftAlone() {
        endpoints.put(peer, endpoint("192.0.2.1"));
        endpointNames.silent(peer);
        endpointNames.heard(peer);
        assertThat(endpointNames.resolve(List.of(peer))).isEmpty();
        assertThat(resolver.asked()).isZero();
    }

    @Test
    void eachSilenceTriesTheNextOfSeveralAddresses() {
        resolver.host("vpn", "192.0.2.1", "192.0.2.2", "2001:db8::3");
        add(peer, "vpn", "192.0.2.1");
        for (String next : List.of("192.0.2.2", "[2001:db8::3]", "192.0.2.1")) {
            endpointNames.silent(peer);
            awaitAt(next);
            awaitIdle();
            later(500);
        }
    }

    @Test
    void thePauseDoesNotGrowBeforeAllAddressesWereTried() {
        resolver.host("vpn", "192.0.2.1", "192.0.2.2", "2001:db8::3");
        add(peer, "vpn", "192.0.2.1");
        for (String next : List.of("192.0.2.2", "[2001:db8::3]", "192.0.2.1", "192.0.2.2")) {
            endpointNames.silent(peer);
            awaitAt(next);
            awaitIdle();
            later(15);
        }
        endpointNames.silent(peer); // the fourth began the second round, after which 30 s pass
        awaitIdle();
        assertThat(resolver.asked()).isEqualTo(4);
        later(15);
        endpointNames.silent(peer);
        awaitAt("[2001:db8::3]");
    }

    @Test
    void whereThereIsNoWayTheNextAddressIsTriedAtOnceAndEveryFifteenSeconds() {
        resolver.host("vpn", "192.0.2.1", "2001:db8::2");
        add(peer, "vpn", "192.0.2.1");
        for (int i = 0; i < 20; i++) { // the network stays away for long
            for (int packet = 0; packet < 3; packet++) endpointNames.unreachable(peer);
            awaitAt(i % 2 == 0 ? "[2001:db8::2]" : "192.0.2.1");
            awaitIdle();
            assertThat(resolver.asked()).isEqualTo(i + 1);
            later(14);
            endpointNames.unreachable(peer);
            endpointNames.silent(peer);
            awaitIdle();
            assertThat(resolver.asked()).isEqualTo(i + 1);
            later(1);
        }
    }

    @Test
    void pausesGrowUntilThePeerIsHeard() {
        add(peer, "nowhere", "192.0.2.1");
        int lookups = 0;
        for (int pause : new int[] {15, 30, 60, 120, 240, 300, 300, 300}) {
            endpointNames.silent(peer);
            awaitLog(++lookups);
            later(pause - 1);
            endpointNames.silent(peer);
            later(1);
            awaitIdle();
            assertThat(resolver.asked()).isEqualTo(lookups);
        }
        endpointNames.silent(peer);
        awaitLog(++lookups);
        awaitIdle();
        endpointNames.heard(peer);
        endpointNames.silent(peer);
        awaitLog(++lookups);
        assertThat(log).containsOnly("nowhere:51820: Name or service not known");
        assertThat(endpoints.get(peer)).isEqualTo(endpoint("192.0.2.1"));
    }

    private static void awaitIdle() {
        Await.until("no lookup is under way", () -> lookups() == 0);
    }

    @Test
    void aResolverThatHangsDelaysNobodyElse() {
        List<PublicKey> stuck = new ArrayList<>();
        resolver.hang("slow").host("vpn", "192.0.2.9");
        for (int i = 0; i < 10; i++) {
            stuck.add(Keys.publicKey(Keys.privateKey()));
            add(stuck.get(i), "slow", "192.0.2.2");
            endpointNames.silent(stuck.get(i));
        }
        Await.until("ten hang", () -> resolver.hung() == 10);
        add(peer, "vpn", "192.0.2.1");
        endpointNames.silent(peer);
        awaitAt("192.0.2.9");
    }

    @Test
    void noMoreThanSixteenLookupsAreUnderWay() {
        resolver.hang("slow");
        for (int i = 0; i < 40; i++) {
            PublicKey key = Keys.publicKey(Keys.privateKey());
            add(key, "slow", "192.0.2.2");
            endpointNames.silent(key);
        }
        Await.until("sixteen hang", () -> resolver.hung() == 16);
        resolver.host("slow", "192.0.2.3").release();
        Await.until("all are answered", () -> log.size() == 40);
        assertThat(resolver.hung()).isEqualTo(16);
    }

    @Test
    void whatOneAnswersLateIsIgnoredWhenThePeerWasHeardMeanwhile() {
        resolver.hang("vpn").host("vpn", "192.0.2.9");
        add(peer, "vpn", "192.0.2.1");
        endpointNames.silent(peer);
        Await.until("it hangs", () -> resolver.hung() == 1);
        endpointNames.heard(peer);
        awaitOverWithout("192.0.2.9");
    }

    @Test
    void whatOneAnswersLateIsIgnoredWhenThePeerHasMovedMeanwhile() {
        resolver.hang("vpn").host("vpn", "192.0.2.9");
        add(peer, "vpn", "192.0.2.1");
        endpointNames.silent(peer);
        Await.until("it hangs", () -> resolver.hung() == 1);
        endpoints.put(peer, endpoint("203.0.113.5"));
        awaitOverWithout("192.0.2.9");
    }

    @Test
    void whatOneAnswersLateIsIgnoredWhenTheNameIsAnotherMeanwhile() {
        resolver.hang("vpn").host("vpn", "192.0.2.9");
        add(peer, "vpn", "192.0.2.1");
        endpointNames.silent(peer);
        Await.until("it hangs", () -> resolver.hung() == 1);
        endpointNames.put(peer, new EndpointName("other", 51820));
        awaitOverWithout("192.0.2.9");
    }

    private void awaitOverWithout(String address) {
        resolver.release();
        awaitIdle();
        assertThat(endpoints.get(peer)).isNotEqualTo(endpoint(address));
        assertThat(log).isEmpty();
    }

    private static long lookups() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("test-lookup"))
                .count();
    }

    @Test
    void onDemandALiveAddressIsKeptAndADeadOneLeft() {
        resolver.host("vpn", "192.0.2.8", "192.0.2.9");
        add(peer, "vpn", "192.0.2.9");
        EndpointName name = endpointNames.of(peer);
        assertThat(endpointNames.resolve(List.of(peer)))
                .containsExactly(new Resolution(peer, name, endpoint("192.0.2.9"), false, ""));
        resolver.host("vpn", "192.0.2.8");
        assertThat(endpointNames.resolve(List.of(peer)))
                .containsExactly(new Resolution(peer, name, endpoint("192.0.2.8"), true, ""));
        resolver.host("vpn");
        assertThat(endpointNames.resolve(List.of(peer)))
                .containsExactly(
                        new Resolution(
                                peer,
                                name,
                                endpoint("192.0.2.8"),
                                false,
                                "Name or service not known"));
    }

    @Test
    void whenItIsOffNamesAreLookedUpOnDemandAlone() {
        resolver.host("vpn", "192.0.2.9");
        add(peer, "vpn", "192.0.2.1");
        endpointNames.automatic(false);
        endpointNames.silent(peer);
        assertThat(resolver.asked()).isZero();
        assertThat(endpointNames.resolve(List.of(peer)).getFirst().moved()).isTrue();
        assertThat(resolver.asked()).isEqualTo(1);
    }
}
