package dev.adit.protocol.sim;

import dev.adit.testing.Property;

import java.util.function.Consumer;

/// Two tunnels that know each other, on a network of some latency and jitter, and somebody who
/// listens.
public final class Scenario {
    public final SimNetwork network;
    public final SimTunnel alice;
    public final SimTunnel bob;
    public final Eavesdropper eve;

    /// The latency is between 1 and 150 milliseconds.
    public Scenario(long seed) {
        network = new SimNetwork(seed);
        long latency = 1 + Math.floorMod(seed * 37, 150);
        network.conditions(Conditions.latency(latency * PaperConstants.MILLISECOND));
        alice = network.tunnel();
        bob = network.tunnel();
        eve = new Eavesdropper(network);
        network.connect(alice, bob);
    }

    /// Tells `story` of scenarios from `seeds` seeds.
    public static void scenarios(int seeds, Consumer<Scenario> story) {
        Property.check(seeds, random -> story.accept(new Scenario(random.nextInt(1 << 20))));
    }

    /// Has Alice initiate, and both sides use the session once.
    public Scenario established() {
        alice.send(bob);
        await(() -> bob.delivered().size() == 1, "no packet at Bob's");
        bob.send(alice);
        await(() -> alice.delivered().size() == 1, "no packet at Alice's");
        network.run(PaperConstants.SECOND);
        alice.forget();
        bob.forget();
        eve.forget();
        return this;
    }

    /// Steps until `condition` holds, for at most a minute.
    public void await(java.util.function.BooleanSupplier condition, String otherwise) {
        if (network.await(condition, PaperConstants.MINUTE) < 0)
            throw new AssertionError(otherwise);
    }

    /// Sends a packet, and tells whether it arrived within a second.
    public boolean arrives(SimTunnel from, SimTunnel to) {
        long id = from.send(to);
        return network.await(() -> to.deliveredIds().contains(id), PaperConstants.SECOND) >= 0;
    }
}
