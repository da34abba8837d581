/// Whole tunnels from a configuration file, as in wg-quick(8): plan, then run.
///
/// May use `terminal`, `host`, `ip.address`, `device.config`, `device.config.file`,
/// `device.resolve`, `device.secret`, `device.uapi`. The system is changed by external commands and
/// through the configuration socket, both behind ports ([dev.adit.tools.host.SystemHost],
/// [dev.adit.tools.host.Daemons]), so that plans are tested without either. Confined to one thread,
/// except for [SignalHold]. Read [Quick] first, then [UpPlan].
package dev.adit.tools.quick;
