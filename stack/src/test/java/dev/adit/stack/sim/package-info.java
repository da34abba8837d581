/// Stacks in virtual time: two ends, a network between them that loses, delays and reorders by a
/// seed, and programs.
package dev.adit.stack.sim;
