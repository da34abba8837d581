/// Network namespaces, the programs that run in them, and what they say: the laboratory of the
/// tests around it.
///
/// Uses nothing of ours. Everything is confined to the thread that runs the test, and is closed by
/// it or when the virtual machine ends. Read [dev.adit.it.lab.Netns] and [dev.adit.it.lab.Host]
/// first.
package dev.adit.it.lab;
