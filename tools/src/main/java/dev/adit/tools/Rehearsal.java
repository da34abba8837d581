package dev.adit.tools;

/// x
final class Rehearsal {
    public static void main(String[] arguments) {
        new Adit(java.util.List.of(dev.adit.tools.keys.GenerateKey.privateKey()))
                .run(dev.adit.tools.terminal.Terminal.system(), java.util.List.of("genkey"));
    }
}
