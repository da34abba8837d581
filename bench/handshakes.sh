#!/usr/bin/env bash
# How fast a server takes its clients back, beside wireguard-go, on this machine. As root, from a checkout:
#
#   bench/handshakes.sh [--rounds N] [--clients N] [--seconds S] [--go FILE] [--java-opts "..."] [--also LABEL=PATH]
#
# A daemon with --clients peers (1000) in a network namespace of its own, and dev.adit.bench.Handshakes as all of them,
# over loopback. Contenders take turns, --rounds times (5), each with a fresh daemon:
#
#   rush   seconds until all clients are served that call at once, right after the start: every handshake completed,
#          cookies included. The clients take part of the same cores.
#   rate   initiations answered in a second, for --seconds (3), with 100 on their way at any time. They are made
#          beforehand, so that most of the time is the server's.
#
# Medians as a table. Cleans up when it ends, however it ends.

set -u -o pipefail
export LC_ALL=C
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
fail() { echo "handshakes.sh: $*" >&2 && exit 1; }

rounds=5 clients=1000 seconds=3 go=${ADIT_WIREGUARD_GO:-} java_opts='' also=()
while [ $# -gt 1 ]; do
    case $1 in
    --rounds) rounds=$2 ;;
    --clients) clients=$2 ;;
    --seconds) seconds=$2 ;;
    --go) go=$2 ;;
    --java-opts) java_opts=$2 ;;
    --also) also+=("$2") ;;
    *) fail "unknown option $1" ;;
    esac
    shift 2
done
[ $# = 0 ] || fail "$1: unknown, or without its value"
[ "$(id -u)" = 0 ] || fail 'needs root, for network namespaces'
for file in "$go" "$root/target/peers/usr/bin/wireguard-go" "$(command -v wireguard-go)"; do
    [ -x "$file" ] && go=$file && break
done

out=$root/target/bench
mkdir -p "$out"
"$root/aditd" --version >/dev/null || fail 'aditd does not start'
{ read -r _ && read -r jdk && read -r _ && read -r app; } <"$root/.build/current"
java=${JAVA_HOME:-$jdk}/bin/java
"${java}c" -nowarn -d "$out/classes" -p "$root/.build/$app/lib" --add-modules dev.adit.libcrypto,dev.adit.os \
    "$root"/bench/src/main/java/dev/adit/bench/{Handshakes,Client}.java || exit 1
program() {
    "$java" -XX:+UseSerialGC -Xmx1g -p "$root/.build/$app/lib" --add-modules dev.adit.libcrypto,dev.adit.os \
        --enable-native-access=dev.adit.libcrypto,dev.adit.os -cp "$out/classes" dev.adit.bench.Handshakes "$@"
}

work=$(mktemp -d)
netns=bench$$ daemon=''
stop() {
    [ -z "$daemon" ] || { kill "$daemon" && wait "$daemon"; } 2>/dev/null
    daemon=''
}
cleanup() {
    trap - EXIT INT TERM HUP
    stop
    ip netns delete "$netns" 2>/dev/null
    rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
ip netns add "$netns" || fail 'no network namespaces here'
ip -n "$netns" link set lo up
program conf "$clients" >"$work/conf" || exit 1

# LABEL PROGRAM: one round of one contender.
measure() {
    local device=hs$$
    WG_PROCESS_FOREGROUND=1 LOG_LEVEL=error ADIT_JAVA_OPTS="${ADIT_JAVA_OPTS-} $java_opts" \
        ip netns exec "$netns" "$2" -f "$device" >"$work/log" 2>&1 &
    daemon=$!
    for _ in {1..200}; do
        [ -S "/var/run/wireguard/$device.sock" ] && break
        sleep 0.05
    done
    ip netns exec "$netns" wg setconf "$device" "$work/conf" || { cat "$work/log" >&2; fail "$2 does not start"; }
    ip -n "$netns" link set "$device" up
    echo "$1 rush $(in_netns rush "$clients" 51820)" >>"$work/values"
    echo "$1 rate $(in_netns rate "$clients" 51820 "$seconds")" >>"$work/values"
    stop
}
in_netns() {
    # The namespace is entered by this shell's child, which then becomes Java.
    ip netns exec "$netns" "$java" -XX:+UseSerialGC -Xmx1g -p "$root/.build/$app/lib" --add-modules dev.adit.libcrypto,dev.adit.os \
        --enable-native-access=dev.adit.libcrypto,dev.adit.os -cp "$out/classes" dev.adit.bench.Handshakes "$@"
}

contenders=("adit=$root/aditd")
[ ! -x "$go" ] || contenders+=("go=$go")
contenders+=("${also[@]}")
for _ in $(seq "$rounds"); do
    for one in "${contenders[@]}"; do measure "${one%%=*}" "${one#*=}"; done
done

printf '%-10s %22s %22s\n' "median of" "rush, seconds" "rate, per second"
for one in "${contenders[@]}"; do
    label=${one%%=*}
    for what in rush rate; do
        awk -v l="$label" -v w="$what" '$1 == l && $2 == w { print $3 }' "$work/values" | sort -n >"$work/$what"
    done
    printf '%-10s %22s %22s\n' "$label" "$(awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }' "$work/rush")" \
        "$(awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }' "$work/rate")"
done
