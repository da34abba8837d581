/// The memory of a stack: blocks of one budget, and the queues that are made of them.
///
/// May use nothing of ours. The pool is thread-safe, a queue is guarded by its owner. Read
/// [dev.adit.stack.memory.BlockPool] first.
package dev.adit.stack.memory;
