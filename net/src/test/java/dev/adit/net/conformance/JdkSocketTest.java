package dev.adit.net.conformance;

class JdkSocketTest extends SocketConformance {
    @Override
    SocketLab lab() {
        return new JdkLab();
    }
}
