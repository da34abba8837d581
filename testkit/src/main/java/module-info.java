import org.jspecify.annotations.NullMarked;

/// Ports in memory, for tests and simulations of devices and of whole networks.
///
/// For programs that embed a tunnel and for platforms: everything. It is written against exported
/// packages only, so that tests outside Adit can do what ours do.
@NullMarked
module dev.adit.testkit {
    requires transitive dev.adit.ip;
    requires transitive dev.adit.protocol;
    requires static org.jspecify;

    exports dev.adit.testkit;
}
