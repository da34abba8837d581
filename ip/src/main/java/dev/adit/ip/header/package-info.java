/// The packets inside the tunnel: their headers, checksums, errors, and how many are made of one or
/// one of many.
///
/// May use `bytes`. Each type says how it may be shared. Read [dev.adit.ip.header.IpPacket] first.
package dev.adit.ip.header;
