/// Counters of what happened to packets.
///
/// May use nothing of ours. Thread-safe. Read [dev.adit.stack.stats.Counter] first.
package dev.adit.stack.stats;
