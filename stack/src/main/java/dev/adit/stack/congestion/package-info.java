/// How much a connection may have in the network: CUBIC and NewReno, with HyStart++.
///
/// May use nothing of ours. Guarded by the connection. Read
/// [dev.adit.stack.congestion.CongestionControl] first.
package dev.adit.stack.congestion;
