/// Why a packet was not delivered.
///
/// Uses nothing; immutable. Read [dev.adit.protocol.drop.DropReason] first.
package dev.adit.protocol.drop;
