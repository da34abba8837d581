/// What of the data sent has arrived, what is lost, and when to assume so: the scoreboard, RACK,
/// round-trip times, PRR.
///
/// May use nothing of ours. Guarded by the connection. Read [dev.adit.stack.recovery.SentRanges]
/// first.
package dev.adit.stack.recovery;
