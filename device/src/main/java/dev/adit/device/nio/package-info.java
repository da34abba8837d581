/// A portable bind on `DatagramChannel`, for hosts without native access.
///
/// May use `device.io`, `protocol.packet` and `protocol.address`. Read `NioBind` first.
package dev.adit.device.nio;
