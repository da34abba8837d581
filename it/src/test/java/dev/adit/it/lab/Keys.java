package dev.adit.it.lab;

/// A key pair in base64, made by `wg`. Immutable.
public record Keys(String privateKey, String publicKey) {
    /// A fresh key pair. Skips the test where there is no `wg`.
    public static Keys generate() {
        Software.requireTool("wg");
        String privateKey = Command.of("wg", "genkey").run().ok().out().strip();
        Outcome derived = Command.of("wg", "pubkey").input(privateKey + "\n").run().ok();
        return new Keys(privateKey, derived.out().strip());
    }

    /// A fresh preshared key.
    public static String preshared() {
        return Command.of("wg", "genpsk").run().ok().out().strip();
    }
}
