/// Slots: batches on their way from the thread that filled them to the work on them, which that
/// thread does itself or leaves to crypto threads through a ring.
///
/// May use `pipeline.thread`, `protocol.session`. Read `SlotHandOver` first.
package dev.adit.device.pipeline.slot;
