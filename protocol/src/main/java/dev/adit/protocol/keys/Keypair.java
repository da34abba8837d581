package dev.adit.protocol.keys;

/// The result of a handshake: two transport keys, the indices under which both sides know the
/// session, and the role.
///
/// Paper §5.4.5: the initiator's sending key is the responder's receiving key. Immutable except for
/// [#erase], which its one consumer calls.
///
/// @param sending the key to seal with
/// @param receiving the key to open with
/// @param localIndex the index by which the peer addresses us
/// @param remoteIndex the index by which we address the peer
/// @param initiator true when we sent the initiation
public record Keypair(
        SymmetricKey sending,
        SymmetricKey receiving,
        int localIndex,
        int remoteIndex,
        boolean initiator) {

    /// Erases both keys.
    public void erase() {
        sending.erase();
        receiving.erase();
    }

    @Override
    public String toString() {
        return "Keypair[" + Integer.toUnsignedString(localIndex) + "]";
    }
}
