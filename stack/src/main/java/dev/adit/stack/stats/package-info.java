/// Counters of what happened to packets.
///
/// Uses nothing. Thread-safe. Read [dev.adit.stack.stats.Counter] first.
package dev.adit.stack.stats;
