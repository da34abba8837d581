package dev.adit.tools.quick;

import dev.adit.tools.host.Daemons;
import dev.adit.tools.host.SystemHost;

import java.nio.file.Path;
import java.util.Map;

/// Everything outside that a verb depends on. Immutable.
///
/// @param configurations the directory of configuration files
/// @param journals the directory of journals
/// @param namespace the network namespace we are in
record QuickContext(
        SystemHost host,
        Daemons daemons,
        VerbOutput console,
        Map<String, String> environment,
        Path configurations,
        Path journals,
        String namespace) {}
