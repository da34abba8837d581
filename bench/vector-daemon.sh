#!/bin/sh
# aditd with the vector cipher, as bench/tunnel.sh starts it.
root=$(CDPATH='' cd -P -- "$(dirname -- "$0")/.." && pwd -P) || exit 1
ADIT_VECTOR=yes exec "$root/aditd" "$@"
