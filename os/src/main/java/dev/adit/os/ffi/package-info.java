/// C functions and structures of Linux under their C names; the only package with restricted calls.
///
/// May use nothing of ours. There is no logic here: a function is one call, a structure is a set of
/// offsets. Each type says how it may be shared. Read [dev.adit.os.ffi.Libc] first.
package dev.adit.os.ffi;
