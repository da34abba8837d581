/// Scripts of packets and calls in virtual time, in the manner of packetdrill: what a peer sends,
/// what the stack must answer and when, what a program does and sees.
package dev.adit.stack.script;
