/// What the programs log, as `System.Logger` wants it done.
///
/// Uses nothing of ours. Thread-safe. Read [dev.adit.tools.log.LogOutput] first.
package dev.adit.tools.log;
