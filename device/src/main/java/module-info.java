import org.jspecify.annotations.NullMarked;

/// WireGuard devices: the protocol with threads, queues and configuration around it.
///
/// For programs: the module's own package, `config`, `config.file`, `event`, `resolve` and `uapi`.
@NullMarked
module dev.adit.device {
    requires transitive dev.adit.protocol;
    requires jdk.net;
    requires static org.jspecify;

    exports dev.adit.device;
    exports dev.adit.device.config;
    exports dev.adit.device.config.file;
    exports dev.adit.device.dns; // for the other modules of Adit
    exports dev.adit.device.event;
    exports dev.adit.device.resolve;
    exports dev.adit.device.secret; // for the other modules of Adit
    exports dev.adit.device.uapi;
    exports dev.adit.device.uapi.text; // for the other modules of Adit

    uses dev.adit.ip.port.BindFactory;
    uses dev.adit.ip.port.TimeSource;
    uses dev.adit.ip.port.TunFactory;
}
