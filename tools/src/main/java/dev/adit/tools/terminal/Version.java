package dev.adit.tools.terminal;

import dev.adit.protocol.session.CryptoProviderInfo;

import java.util.Locale;

/// The name and version of this program. Stateless.
public final class Version {
    /// This program's version.
    public static final String VERSION = version();

    /// The end of the version in the form of wg(8): scripts look for its name and number.
    public static final String FOR_WG = ", in place of wireguard-tools v1.0.20260223";

    /// The output of `aditd --version`.
    public static String daemon() {
        return heading()
                + "\n\nUserspace WireGuard daemon for "
                + platform()
                + ".\nCryptography by "
                + cryptography()
                + ", on Java "
                + Runtime.version().feature()
                + ".\nLicensed under the Apache License, Version 2.0.";
    }

    /// The output of `adit --version`.
    public static String heading() {
        return "adit v" + VERSION;
    }

    /// The name of the cryptography in use. The first call looks for it, which takes a while.
    public static String cryptography() {
        return CryptoProviderInfo.name();
    }

    /// The platform in the form `linux-amd64`.
    private static String platform() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String machine = System.getProperty("os.arch");
        return system + "-" + (machine.equals("aarch64") ? "arm64" : machine);
    }

    private static String version() {
        return Version.class
                .getModule()
                .getDescriptor()
                .version()
                .map(Object::toString)
                .orElse("unknown");
    }

    private Version() {}
}
