package dev.adit.it.lab;

import dev.adit.device.Device;
import dev.adit.device.config.DeviceUpdate;
import dev.adit.ip.port.BindFactory;
import dev.adit.ip.port.SecretPages;
import dev.adit.ip.port.TimeSource;
import dev.adit.ip.port.Tun;
import dev.adit.ip.port.TunFactory;
import dev.adit.protocol.crypto.spi.CryptoProvider;

import java.io.IOException;
import java.util.List;
import java.util.ServiceLoader;

/// A program as somebody would write it who has Adit's jars on the class path. Run in a JVM of its
/// own.
public final class ClassPathProgram {
    /// Prints what was found of the platform; with the name of an interface, brings up a device on
    /// a TUN of that name and prints its port.
    public static void main(String[] arguments) throws IOException {
        if (arguments.length == 0) {
            for (Class<?> type : SERVICES) print(type);
            return;
        }
        TunFactory factory = ServiceLoader.load(TunFactory.class).findFirst().orElseThrow();
        Tun tun = factory.create(arguments[0], 1420);
        try (Device device = Device.builder().tun(tun).build()) {
            device.configure(DeviceUpdate.builder().listenPort(51820).build());
            System.out.println(device.name() + " is there");
        }
    }

    private static void print(Class<?> type) {
        ServiceLoader.load(type).stream()
                .forEach(found -> System.out.println(found.type().getName()));
    }

    private static final List<Class<?>> SERVICES =
            List.of(
                    BindFactory.class,
                    TimeSource.class,
                    TunFactory.class,
                    CryptoProvider.class,
                    SecretPages.class);

    private ClassPathProgram() {}
}
