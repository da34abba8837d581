package dev.adit.protocol.keys;

/// What a handshake ends in: two transport keys, the indices under which both sides know the
/// session, and who began.
///
/// Paper §5.4.5: the initiator's sending key is the responder's receiving key. Immutable but for
/// [#erase], which its one consumer calls.
///
/// @param sending the key that we seal with
/// @param receiving the key that we open with
/// @param localIndex the index that the peer addresses us by
/// @param remoteIndex the index that we address the peer by
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
