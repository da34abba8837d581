package dev.adit.net.conformance;

class TunnelSocketTest extends SocketConformance {
    @Override
    SocketLab lab() {
        return new TunnelLab();
    }
}
