/// Why a packet was not delivered.
///
/// May use nothing of ours. Immutable. Read [dev.adit.protocol.drop.DropReason] first.
package dev.adit.protocol.drop;
