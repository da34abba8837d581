package dev.adit.net.conformance;

class JdkStreamTest extends StreamConformance {
    @Override
    SocketLab lab() {
        return new JdkLab();
    }
}
