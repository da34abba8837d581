import org.jspecify.annotations.NullMarked;

/// TUN, UDP and interface control of each platform. Needs native access.
@NullMarked
module dev.adit.os {
    requires dev.adit.ip;
    requires static org.jspecify;

    provides dev.adit.ip.port.BindFactory with
            dev.adit.os.linux.LinuxBindFactory;
    provides dev.adit.ip.port.SecretPages with
            dev.adit.os.linux.LinuxSecretPages;
    provides dev.adit.ip.port.TimeSource with
            dev.adit.os.linux.BootTime;
    provides dev.adit.ip.port.TunFactory with
            dev.adit.os.linux.LinuxTunFactory;
}
