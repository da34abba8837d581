/// WireGuard devices: the protocol with threads, queues and configuration around it.
module dev.adit.device {
    requires transitive dev.adit.protocol;
    requires jdk.net;

    exports dev.adit.device;
    exports dev.adit.device.config;
    exports dev.adit.device.io;
    exports dev.adit.device.uapi;

    uses dev.adit.device.io.BindFactory;
    uses dev.adit.device.io.TimeSource;
    uses dev.adit.device.io.TunFactory;
}
