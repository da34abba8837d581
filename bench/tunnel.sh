#!/usr/bin/env bash
# How fast a tunnel is, beside other software, on this machine. As root, from a checkout:
#
#   bench/tunnel.sh [OPTION...]
#
# Each contender gets two network namespaces of its own, joined by a veth pair, with a daemon at each end:
#
#   a  10.66.0.1 ── WireGuard ── 192.0.2.1 ══ veth ══ 192.0.2.2 ── WireGuard ── 10.66.0.2  b
#
# All of them run from the beginning to the end, but only one is measured at a time, in turns, and in reverse order in
# every second round: what else this machine does then hits all alike. Absolute figures are worth little, ratios much.
#
# Contenders:
#   adit        this checkout's aditd at both ends; builds itself first when it must
#   go          the wireguard-go of --go at both ends
#   debian      the wireguard-go in PATH at both ends, if that is another file; UDP only
#   mixed       with --mixed: aditd at a, the wireguard-go of --go at b
#   vector      with --vector: this checkout's aditd with ADIT_VECTOR=yes
#   null        with --null-cipher: aditd that copies instead of encrypting: the ceiling of this design
#   others      with --also LABEL=PATH: any other daemon that takes `-f INTERFACE`, such as an aditd to compare with
#
# Measures, for --only, all of them by default:
#   tcp1 tcp4   Mbit/s of one TCP stream, of four, from a to b          (iperf3)
#   rev         Mbit/s of one TCP stream from b to a
#   bidi        Mbit/s of one TCP stream each way at the same time, both together
#   udp udp64   packets/s and Mbit/s of payload, 1,372 and 64 bytes each, at the highest rate with a loss below 1 %
#               (dev.adit.bench.UdpLoad: bisects the rate, one system call for each packet)
#   ping        round trip in µs while nothing else happens: mean, p50 and p99 of 200
#   pingload    the same while one TCP stream runs from a to b
#   cpu         CPU seconds of both daemons for each gigabyte of one TCP stream from a to b
#   rss         MB resident, mean of both daemons: before any load, and at the end of each round
#
# Options:
#   --only M,M...        measures
#   --contenders C,C...  of those above, the ones that take part; the first one is compared with `go`
#   --rounds N           how often each measure is taken (5)
#   --seconds S          of each TCP run (5); --udp-seconds S of each attempt at a UDP rate (2)
#   --warm-up S          of TCP each way before the first round (8), and of pings; 0 for none
#   --go FILE            wireguard-go; else $ADIT_WIREGUARD_GO, target/peers/usr/bin/wireguard-go, or the one in PATH
#   --java-opts "..."    further options for the JVM of `adit` (and `null`, `mixed`)
#   --mtu N              of the tunnel interfaces (1420)
#   --csv FILE           every single value (target/bench/tunnel.csv)
#   --vector, --null-cipher, --mixed, --also LABEL=PATH
#
# Needs: ip, wg, iperf3, ping, awk and a JDK. Sends nothing outside of its namespaces, changes nothing outside of them,
# ends no program that it did not start, and removes everything when it ends, however it ends.

script=tunnel.sh
. "$(dirname "${BASH_SOURCE[0]}")/lab.sh"

# --- Options ---

measures=tcp1,tcp4,rev,bidi,udp,udp64,ping,pingload,cpu,rss
chosen='' rounds=5 seconds=5 udp_seconds=2 warm_up=8 java_opts='' mtu=1420 mixed='' null='' vector=''
csv=$root/target/bench/tunnel.csv
go=${ADIT_WIREGUARD_GO:-}
also=()
while [ $# -gt 0 ]; do
    case $1 in
    --mixed) mixed=1 && shift && continue ;;
    --vector) vector=1 && shift && continue ;;
    --null-cipher) null=1 && shift && continue ;;
    --help | -h) sed -n '2,/^$/s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" && exit ;;
    esac
    [ $# -ge 2 ] || fail "$1: unknown, or without its value; --help tells"
    case $1 in
    --only) measures=$2 ;;
    --contenders) chosen=$2 ;;
    --rounds) rounds=$2 ;;
    --seconds) seconds=$2 ;;
    --udp-seconds) udp_seconds=$2 ;;
    --warm-up) warm_up=$2 ;;
    --go) go=$2 ;;
    --java-opts) java_opts=$2 ;;
    --mtu) mtu=$2 ;;
    --csv) csv=$2 ;;
    --also) also+=("$2") ;;
    *) fail "unknown option $1; --help tells" ;;
    esac
    shift 2
done

need ip wg iperf3 ping awk
for file in "$go" "$root/target/peers/usr/bin/wireguard-go" "$(command -v wireguard-go)"; do
    [ -x "$file" ] && go=$file && break
done
debian=$(command -v wireguard-go)

# --- Who takes part: the command at each end, by label ---

declare -A at_a at_b
contenders=()
contender() {
    [ -z "$chosen" ] || [[ ,$chosen, == *,$1,* ]] || return 0
    contenders+=("$1")
    at_a[$1]=$2 at_b[$1]=$3
}

contender adit "$root/aditd" "$root/aditd"
[ -z "$vector" ] || contender vector "$root/bench/vector-daemon.sh" "$root/bench/vector-daemon.sh"
[ -z "$null" ] || contender null "$root/bench/null-cipher-daemon.sh" "$root/bench/null-cipher-daemon.sh"
[ -z "$mixed" ] || [ ! -x "$go" ] || contender mixed "$root/aditd" "$go"
for one in "${also[@]}"; do contender "${one%%=*}" "${one#*=}" "${one#*=}"; done
[ ! -x "$go" ] || contender go "$go" "$go"
[ ! -x "$debian" ] || [ "$debian" -ef "$go" ] || contender debian "$debian" "$debian"
[ ${#contenders[@]} -gt 0 ] || fail 'nobody takes part'

takes_part() { [ "$1" != debian ] || [[ $2 == udp* ]]; }

# --- Building ---

find_build
"${java}c" -nowarn -d "$out/classes" "$root"/bench/src/main/java/dev/adit/bench/{UdpLoad,RawUdp}.java || exit 1
if [ -n "$null" ]; then
    "${java}c" -nowarn -d "$out/nullcipher" -p "$lib" --add-modules dev.adit.protocol \
        --patch-module "dev.adit.protocol=$root/bench/src/nullcipher/java" \
        "$root"/bench/src/nullcipher/java/dev/adit/protocol/crypto/*.java || exit 1
fi

# --- The network ---

export ADIT_JAVA_OPTS="${ADIT_JAVA_OPTS-} $java_opts"

declare -A pid_a pid_b

in_ns() { ip netns exec "$@"; }

# LABEL NUMBER: both ends of one contender, up and talking.
set_up() {
    local label=$1 number=$2 a b key_a key_b
    a=$(ns "$number" a) b=$(ns "$number" b)
    join_pair "$number"
    start_daemon "$label" "$a" "$(device "$number" a)" "${at_a[$label]}" && pid_a[$label]=$started
    start_daemon "$label" "$b" "$(device "$number" b)" "${at_b[$label]}" && pid_b[$label]=$started
    key_a=$(wg genkey) key_b=$(wg genkey)
    configure "$a" "$(device "$number" a)" "$key_a" 10.66.0.1 "$(wg pubkey <<<"$key_b")" 10.66.0.2 192.0.2.2:51820
    configure "$b" "$(device "$number" b)" "$key_b" 10.66.0.2 "$(wg pubkey <<<"$key_a")" 10.66.0.1 192.0.2.1:51820
    in_ns "$a" ping -nq -c 1 -W 10 10.66.0.2 >/dev/null || {
        tail -n 3 "$work/$label".*.log >&2
        fail "$label: no answer through the tunnel"
    }
    # Not through the function: this has to be the process id of iperf3 itself.
    ip netns exec "$b" iperf3 -s >/dev/null 2>&1 &
    children+=($!)
}

# --- Measures: LABEL NUMBER ROUND, and lines for the CSV ---

begin_csv

# NUMBER OPTION...: Mbit/s received, all streams together.
iperf() {
    local a
    a=$(ns "$1" a)
    shift
    for _ in 1 2 3; do # a server takes a moment between two clients
        in_ns "$a" iperf3 -c 10.66.0.2 -f m "$@" >"$work/iperf" 2>&1 && break
        sleep 0.5
    done
    awk '/receiver/ { for (i = 2; i <= NF; i++) if ($i == "Mbits/sec") {
             if (/SUM/) sum += $(i - 1); else one += $(i - 1) } }
         END { if (!one) exit 1; print sum ? sum : one }' "$work/iperf" || { cat "$work/iperf" >&2; fail iperf3; }
}

# Of both daemons of a contender.
cpu_seconds() { cpu_of "${pid_a[$1]}" "${pid_b[$1]}"; }
resident() { resident_of "${pid_a[$1]}" "${pid_b[$1]}" | awk '{ printf "%.1f", $1 / 2 }'; }

tcp1() {
    local before rate
    before=$(cpu_seconds "$1")
    rate=$(iperf "$2" -t "$seconds") || exit 1
    record tcp1 Mbit/s "$1" "$3" "$rate"
    wanted cpu && record_cpu cpu "$1" "$3" "$before" "$(cpu_seconds "$1")" "$rate"
}
tcp4() { record tcp4 Mbit/s "$1" "$3" "$(iperf "$2" -t "$seconds" -P 4)"; }
rev() { record rev Mbit/s "$1" "$3" "$(iperf "$2" -t "$seconds" -R)"; }
bidi() { record bidi Mbit/s "$1" "$3" "$(iperf "$2" -t "$seconds" --bidir)"; }
udp() { udp_load udp 1372 "$@"; }
udp64() { udp_load udp64 64 "$@"; }

# NAME BYTES LABEL NUMBER ROUND
udp_load() {
    local pps mbits
    read -r pps mbits _ < <("$java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 --enable-native-access=ALL-UNNAMED \
        -cp "$out/classes" dev.adit.bench.UdpLoad "$(ns "$4" a)" "$(ns "$4" b)" 10.66.0.2 "$2" "$udp_seconds" \
        2>"$work/udp") || { cat "$work/udp" >&2; fail UdpLoad; }
    wait "$!" # its port is the next one's, which may come to the same namespace
    record "$1" pkt/s "$3" "$5" "$pps"
    record "$1" Mbit/s "$3" "$5" "$mbits"
}

ping_rtt() {
    in_ns "$(ns "$3" a)" ping -n -i 0.01 -c 200 10.66.0.2 | sed -n 's/.*time=\([0-9.]*\) ms.*/\1/p' | sort -n >"$work/rtt"
    record "$1-mean" µs "$2" "$4" "$(awk '{ sum += $1 } END { print 1000 * sum / NR }' "$work/rtt")"
    record "$1-p50" µs "$2" "$4" "$(awk '{ v[NR] = $1 } END { print 1000 * v[int((NR + 1) / 2)] }' "$work/rtt")"
    record "$1-p99" µs "$2" "$4" "$(awk '{ v[NR] = $1 } END { print 1000 * v[int(NR * 0.99 + 0.5)] }' "$work/rtt")"
}
ping_idle() { ping_rtt ping "$@"; }
ping_load() {
    in_ns "$(ns "$2" a)" iperf3 -c 10.66.0.2 -t 5 >/dev/null 2>&1 &
    local load=$!
    children+=("$load")
    sleep 1
    ping_rtt pingload "$@"
    wait "$load"
    unset 'children[-1]'
    sleep 0.5
}

take() {
    case $1 in
    ping) ping_idle "${@:2}" ;;
    pingload) ping_load "${@:2}" ;;
    *) "$@" ;;
    esac
}

# --- The runs ---

declare -A number # of the pair of a contender
for i in "${!contenders[@]}"; do set_up "${contenders[$i]}" "$i" && number[${contenders[$i]}]=$i; done
if wanted rss; then
    for label in "${contenders[@]}"; do record rss-idle MB "$label" 0 "$(resident "$label")"; done
fi
for i in "${!contenders[@]}"; do
    progress "warming up ${contenders[$i]}"
    [ "$warm_up" != 0 ] || continue # to iperf3, 0 means without an end
    iperf "$i" -t "$warm_up" >/dev/null
    iperf "$i" -t "$warm_up" -R >/dev/null
    in_ns "$(ns "$i" a)" ping -q -i 0.005 -w "$warm_up" 10.66.0.2 >/dev/null
done

wanted cpu && ! wanted tcp1 && measures=tcp1,$measures
for round in $(seq "$rounds"); do
    order=($(in_order "$round"))
    for measure in tcp1 tcp4 rev bidi udp udp64 ping pingload; do
        wanted "$measure" || continue
        for label in "${order[@]}"; do
            takes_part "$label" "$measure" || continue
            progress "round $round of $rounds: $measure $label"
            take "$measure" "$label" "${number[$label]}" "$round"
        done
    done
    if wanted rss; then
        for label in "${contenders[@]}"; do record rss-load MB "$label" "$round" "$(resident "$label")"; done
    fi
done
pairs=''
[ "${contenders[0]}" = go ] || pairs=${contenders[0]}/go
print_table -v pairs="$pairs"
echo "every value: $csv"
