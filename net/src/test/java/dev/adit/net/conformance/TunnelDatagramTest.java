package dev.adit.net.conformance;

class TunnelDatagramTest extends DatagramConformance {
    @Override
    SocketLab lab() {
        return new TunnelLab();
    }
}
