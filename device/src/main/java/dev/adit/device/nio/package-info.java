/// A portable bind on `DatagramChannel`, for hosts without native access.
///
/// May use `ip.address`, `ip.packet`, `ip.port`. Read `NioBind` first.
package dev.adit.device.nio;
