/// What every input may be: the list of targets, their seeds, and how the fuzzer gets to them. Each
/// target lies in the package of what it fuzzes. Read [dev.adit.fuzz.Targets] first.
package dev.adit.fuzz;
