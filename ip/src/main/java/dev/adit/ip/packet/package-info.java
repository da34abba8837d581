/// Batches of packets: the unit in which every layer speaks of bytes.
///
/// May use nothing of ours. A batch belongs to one thread at a time. Read
/// [dev.adit.ip.packet.PacketBatch] first.
package dev.adit.ip.packet;
