package dev.adit.tools.quick;

import dev.adit.tools.host.Daemons;
import dev.adit.tools.host.SystemHost;

import java.nio.file.Path;
import java.util.Map;

/// The environment of a verb: system, daemons, console, folders and network namespace. Immutable.
///
/// @param configurations the directory of configuration files
/// @param records the directory of records
/// @param namespace the network namespace we are in
record QuickContext(
        SystemHost host,
        Daemons daemons,
        VerbOutput console,
        Map<String, String> environment,
        Path configurations,
        Path records,
        String namespace) {}
