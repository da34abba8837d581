/// Generic containers: a timing wheel, and a table of random indices.
///
/// May use nothing of ours. Thread-safe. What is in them is their user's affair, so nothing here
/// knows of peers.
package dev.adit.protocol.collection;
