package dev.adit.device;

import dev.adit.testkit.Await;

import java.util.List;

/// The threads of devices. Stateless.
final class DeviceThreads {

    /// The live threads whose names start with `prefix`.
    static List<Thread> named(String prefix) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith(prefix))
                .toList();
    }

    /// Waits until there is no thread of this device.
    static void awaitNoneOf(DeviceFixture site) {
        awaitNone("adit-" + site.tun.name() + "-");
    }

    /// Waits until no thread's name starts with `prefix`.
    static void awaitNone(String prefix) {
        Await.until("the end of threads " + prefix, () -> named(prefix).isEmpty());
    }

    private DeviceThreads() {}
}
