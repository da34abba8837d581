# What bench/tunnel.sh and bench/stack.sh share: options and tools, the build that they measure, pairs of network
# namespaces that are gone at the end, rounds, and the table. bash, to be sourced with $script set to the caller's name.

set -u -o pipefail
export LC_ALL=C
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)

fail() {
    echo "$script: $*" >&2
    exit 1
}

# What is being done, where somebody watches.
progress() { [ ! -t 2 ] || printf '\r%-50s\r' "$*" >&2; }

# MEASURE: whether it is among $measures.
wanted() { [[ ,$measures, == *,$1,* ]]; }

# TOOL...: what cannot be done without.
need() {
    [ "$(id -u)" = 0 ] || fail 'needs root, for network namespaces'
    for tool in "$@"; do
        command -v "$tool" >/dev/null || fail "needs $tool"
    done
}

# Has this checkout built, and sets $out, the folder for what is made here; $java; and $lib, the modules of the build.
find_build() {
    local jdk app
    out=$root/target/bench
    mkdir -p "$out" "$(dirname "$csv")"
    "$root/aditd" --version >/dev/null || fail 'aditd does not start'
    { read -r _ && read -r jdk && read -r _ && read -r app; } <"$root/.build/current"
    java=${JAVA_HOME:-$jdk}/bin/java
    lib=$root/.build/$app/lib
}

# --- The network ---

work=$(mktemp -d)
children=()
namespaces=()

cleanup() {
    trap - EXIT INT TERM HUP
    [ ${#children[@]} -eq 0 ] || kill "${children[@]}" 2>/dev/null
    for child in "${children[@]}"; do wait "$child" 2>/dev/null; done
    for ns in "${namespaces[@]}"; do ip netns delete "$ns" 2>/dev/null; done
    rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# NUMBER END: every pair has a number, for names that fit in an interface's 15 characters.
ns() { echo "bench$$-$1$2"; }
device() { echo "b$$$1$2"; }

# NUMBER: two namespaces, a with 192.0.2.1 and b with 192.0.2.2, joined by a veth pair.
join_pair() {
    local a b
    a=$(ns "$1" a) b=$(ns "$1" b)
    for ns in "$a" "$b"; do
        ip netns add "$ns" || fail 'no network namespaces here'
        namespaces+=("$ns")
        ip -n "$ns" link set lo up
    done
    ip link add name eth0 netns "$a" type veth peer name eth0 netns "$b"
    ip -n "$a" address add 192.0.2.1/24 dev eth0
    ip -n "$b" address add 192.0.2.2/24 dev eth0
    ip -n "$a" link set eth0 up
    ip -n "$b" link set eth0 up
}

# LABEL NETNS DEVICE PROGRAM: a daemon; sets $started.
start_daemon() {
    WG_PROCESS_FOREGROUND=1 LOG_LEVEL=error ip netns exec "$2" "$4" -f "$3" >"$work/$1.$3.log" 2>&1 &
    started=$!
    children+=("$started")
    for _ in {1..200}; do
        [ -S "/var/run/wireguard/$3.sock" ] && return
        sleep 0.05
    done
    cat "$work/$1.$3.log" >&2
    fail "$1: $4 does not start"
}

# NETNS DEVICE KEY ADDRESS PEER-PUBLIC-KEY PEER-ADDRESS [PEER-ENDPOINT]
configure() {
    ip netns exec "$1" wg setconf "$2" /dev/stdin <<-EOF_CONF || fail 'wg setconf'
	[Interface]
	PrivateKey = $3
	ListenPort = 51820
	[Peer]
	PublicKey = $5
	AllowedIPs = $6/32
	${7:+Endpoint = $7}
	EOF_CONF
    ip -n "$1" address add "$4/24" dev "$2"
    ip -n "$1" link set "$2" mtu "$mtu" up
}

# --- Measures ---

# PID...: CPU time in seconds since they started.
cpu_of() {
    local pid
    for pid in "$@"; do cat "/proc/$pid/stat"; done |
        awk -v hz="$(getconf CLK_TCK)" '{ sub(/.*\) /, ""); total += $12 + $13 } END { print total / hz }'
}

# PID...: MB resident, all together.
resident_of() {
    local pid
    for pid in "$@"; do cat "/proc/$pid/status"; done | awk '/^VmRSS/ { kb += $2 } END { print kb / 1024 }'
}

begin_csv() { echo 'measure,unit,contender,round,value' >"$csv"; }
record() { echo "$1,$2,$3,$4,$5" >>"$csv"; }

# MEASURE CONTENDER ROUND SECONDS-BEFORE SECONDS-AFTER MBIT/S: what a transfer cost for each gigabyte.
record_cpu() {
    record "$1" s/GB "$2" "$3" "$(awk -v b="$4" -v c="$5" -v r="$6" -v s="$seconds" \
        'BEGIN { printf "%.3f", (c - b) / (r * s / 8000) }')"
}

# ROUND: lists the contenders, in reverse order in every second round.
in_order() {
    if (($1 % 2)); then printf '%s\n' "${contenders[@]}"; else printf '%s\n' "${contenders[@]}" | tac; fi
}

# [AWK-OPTION...]: the table of medians, see table.awk.
print_table() {
    progress
    awk -F, -v labels="${contenders[*]}" "$@" -f "$root/bench/table.awk" "$csv"
}
