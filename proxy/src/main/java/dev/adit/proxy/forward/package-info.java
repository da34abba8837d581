/// Forwards of single ports into the tunnel and out of it.
///
/// May use `stream`, `server`. Each type says how it may be shared. Read
/// [dev.adit.proxy.forward.TcpForward] first.
package dev.adit.proxy.forward;
