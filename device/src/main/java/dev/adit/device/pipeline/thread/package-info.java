/// What every thread of the pipeline has at hand: a life that ends with its port, a clock, the bind
/// that is open, and a view of the packet that it drops.
///
/// May use `event`, `ip.address`, `ip.packet`, `ip.port`. Read `PipelineThread` first.
package dev.adit.device.pipeline.thread;
