package dev.adit.stack;

import dev.adit.stack.ip.IcmpError;
import dev.adit.stack.ip.IpHeader;
import dev.adit.stack.ip.PacketScratch;
import dev.adit.stack.tcp.TcpInput;
import dev.adit.stack.tcp.TcpLayer;

import org.jspecify.annotations.Nullable;

/// The objects that a thread needs to process received packets. Confined to the thread that has it.
final class ReceiveContext {
    final IpHeader ip = new IpHeader();
    final IcmpError error = new IcmpError();
    final PacketScratch scratch = new PacketScratch();
    final TcpInput tcp;
    @Nullable ReceiveContext next; // while it is not in use

    ReceiveContext(TcpLayer layer) {
        tcp = new TcpInput(layer);
    }
}
