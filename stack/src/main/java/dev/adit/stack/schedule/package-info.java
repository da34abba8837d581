/// What has to be done and when: what is ready to transmit, what has a deadline, what has news for
/// the program.
///
/// May use `socket`, `ip.packet`. Each type says how it may be shared. Read
/// [dev.adit.stack.schedule.Scheduler] first.
package dev.adit.stack.schedule;
