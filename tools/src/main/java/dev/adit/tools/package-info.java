/// The program `adit`: a table of commands.
///
/// May use every package of the tools. Confined to the main thread. Read [dev.adit.tools.Adit]
/// first.
package dev.adit.tools;
