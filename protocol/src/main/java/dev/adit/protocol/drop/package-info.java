/// The reasons why packets are dropped.
///
/// May use nothing of ours. Immutable. Read [dev.adit.protocol.drop.DropReason] first.
package dev.adit.protocol.drop;
