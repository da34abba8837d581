/// The JVM's resolver, and the names that networks take over from the host. Thread-safe. Read
/// [dev.adit.resolver.NameRoutes] first.
///
/// May use `net`. Uses: `net`.
package dev.adit.resolver;
