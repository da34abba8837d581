/// Each platform's TUN, UDP and native cryptography: the only module that needs native access.
module dev.adit.os {
    requires dev.adit.device;

    provides dev.adit.device.io.BindFactory with
            dev.adit.os.linux.LinuxBindFactory;
    provides dev.adit.device.io.TimeSource with
            dev.adit.os.linux.BootTime;
    provides dev.adit.device.io.TunFactory with
            dev.adit.os.linux.LinuxTunFactory;
    provides dev.adit.protocol.crypto.spi.CryptoProvider with
            dev.adit.os.crypto.LibCrypto;
    provides dev.adit.protocol.crypto.spi.SecretPages with
            dev.adit.os.linux.LinuxSecretPages;
}
