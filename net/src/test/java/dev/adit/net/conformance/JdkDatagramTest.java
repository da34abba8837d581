package dev.adit.net.conformance;

class JdkDatagramTest extends DatagramConformance {
    @Override
    SocketLab lab() {
        return new JdkLab();
    }
}
