/// The logging of the programs, behind `System.Logger`.
///
/// May use nothing of ours. Thread-safe. Read [dev.adit.tools.log.LogOutput] first.
package dev.adit.tools.log;
