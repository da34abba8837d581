#!/bin/sh
# aditd without encryption, for measurements alone: `null-cipher-daemon.sh -f INTERFACE`, as bench/tunnel.sh starts it.
# Two of them understand each other, and nobody else. The classes are in target/bench/nullcipher (made by tunnel.sh).
program=$0
root=$(CDPATH='' cd -P -- "$(dirname -- "$0")/.." && pwd -P) || exit 1
. "$root/tools/launch.sh"
prepare
run_java "$daemon_flags --patch-module dev.adit.protocol=$root/target/bench/nullcipher" daemon.Daemon "$@"
