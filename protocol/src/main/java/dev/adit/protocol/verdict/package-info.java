/// Why a packet was not delivered.
///
/// Uses nothing; immutable. Read [dev.adit.protocol.verdict.DropReason] first.
package dev.adit.protocol.verdict;
