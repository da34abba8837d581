/// One suite of tests for the JDK's sockets and for ours: what is true of the ones has to be true
/// of the others.
package dev.adit.net.conformance;
