/// Connections of clients and targets, and bytes carried between them.
///
/// May use nothing of ours. Each type says how it may be shared. Read
/// [dev.adit.proxy.stream.Duplex] first.
package dev.adit.proxy.stream;
