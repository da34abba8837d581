/// The program `adit`: a table of commands.
///
/// May use `terminal`, `keys`, `show`, `configure`, `quick`, `netbsd`, `ifconfig`, `network`,
/// `demo`. Confined to the main thread. Read [dev.adit.tools.Adit] first.
package dev.adit.tools;
