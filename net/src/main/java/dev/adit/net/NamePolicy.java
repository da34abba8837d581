package dev.adit.net;

/// Where a network looks names up.
public enum NamePolicy {
    /// In the tunnel, at the name servers of its configuration, and nowhere else.
    TUNNEL,
    /// By the host's resolver.
    SYSTEM,
    /// In the tunnel; by the host's resolver what does not exist there.
    TUNNEL_THEN_SYSTEM
}
