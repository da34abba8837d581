package dev.adit.tools.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.List;

class DemoHostTest {
    private final DemoHost a = DemoHost.of(4711, 'a');
    private final DemoHost b = DemoHost.of(4711, 'b');

    @Test
    void twoAreJoinedByACable() {
        assertThat(DemoHost.join(a, b).stream().map(words -> String.join(" ", words)))
                .containsExactly(
                        "ip netns add adit-demo-4711-a",
                        "ip netns add adit-demo-4711-b",
                        "ip -n adit-demo-4711-a link add cable-a type veth"
                                + " peer name cable-b netns adit-demo-4711-b",
                        "ip -n adit-demo-4711-a address add 192.0.2.1/30 dev cable-a",
                        "ip -n adit-demo-4711-b address add 192.0.2.2/30 dev cable-b",
                        "ip -n adit-demo-4711-a address add 2001:db8::1/64 dev cable-a nodad",
                        "ip -n adit-demo-4711-b address add 2001:db8::2/64 dev cable-b nodad",
                        "ip -n adit-demo-4711-a link set up dev lo",
                        "ip -n adit-demo-4711-b link set up dev lo",
                        "ip -n adit-demo-4711-a link set up dev cable-a",
                        "ip -n adit-demo-4711-b link set up dev cable-b");
    }

    @Test
    void putsItsInterfaceToUse() {
        assertThat(b.up().stream().map(words -> String.join(" ", words)))
                .containsExactly(
                        "ip -n adit-demo-4711-b address add 10.77.0.2/24 dev demo4711b",
                        "ip -n adit-demo-4711-b address add fd77::2/64 dev demo4711b nodad",
                        "ip -n adit-demo-4711-b link set up dev demo4711b");
    }

    @Test
    void isRemovedWhole() {
        assertThat(a.remove()).containsExactly("ip", "netns", "delete", "adit-demo-4711-a");
    }

    @Test
    void runsProgramsInside() {
        assertThat(a.inside(List.of("/opt/a dit/aditd", "-f")))
                .containsExactly(
                        "ip", "netns", "exec", "adit-demo-4711-a", "/opt/a dit/aditd", "-f");
    }

    @Test
    void hasAnInterfaceNameThatIsShortEnough() {
        assertThat(DemoHost.of(4_194_304, 'b').device()).hasSizeLessThanOrEqualTo(15);
    }
}
