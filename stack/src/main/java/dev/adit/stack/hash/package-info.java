/// A keyed hash, so that no peer can choose what collides or guess what is derived.
///
/// May use nothing of ours. Immutable. Read [dev.adit.stack.hash.SipHash] first.
package dev.adit.stack.hash;
