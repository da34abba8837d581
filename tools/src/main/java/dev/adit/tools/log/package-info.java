/// What the programs log, as `System.Logger` wants it done.
///
/// May use nothing of ours. Thread-safe. Read [dev.adit.tools.log.LogOutput] first.
package dev.adit.tools.log;
