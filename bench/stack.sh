#!/usr/bin/env bash
# How fast a program is that has its network in itself (`dev.adit.net`), beside Linux's TCP over a TUN and beside a Go
# program on wireguard-go's device and gVisor's stack, on this machine. As root, from a checkout:
#
#   bench/stack.sh [OPTION...]
#
# Each contender gets two network namespaces of its own, joined by a veth pair:
#
#   a  client 10.66.0.1 ── 192.0.2.1 ══ veth ══ 192.0.2.2 ── aditd ── 10.66.0.2 server  b
#
# The far end is the same for all: this checkout's aditd, Linux's TCP and dev.adit.bench.LoadServer. The near end is what
# differs. All of them run from the beginning to the end, but only one is measured at a time, in turns, and in reverse
# order in every second round: what else this machine does then hits all alike. Absolute figures are worth little, ratios
# much.
#
# Contenders:
#   stack       dev.adit.bench.LoadClient on dev.adit.net, without a TUN, with the platform's sockets and libcrypto
#   linux       the same program on the host's sockets, that is Linux's TCP, over a second aditd
#   go          bench/go/stackclient, which asks for the same, on wireguard-go's device and gVisor's stack
#   nio         as `stack`, but with nothing native: the sockets of java.nio and the JDK's cipher
#
# Measures, for --only, all of them by default:
#   out out4    Mbit/s of one TCP stream, of four, from a to b
#   in in4      the same from b to a
#   cpu         CPU seconds of all programs of both ends for each gigabyte of `out` and of `in`, which a busy machine
#               changes less than it changes rates
#   rtt         µs for one byte there and back, the median of 2000
#   crr         connections a second that are opened, asked for a byte and closed by the server, by --threads at a time
#   rss         MB resident at the end of each round: of the program, and with `linux` of its aditd as well (its TCP is
#               the kernel's, and takes none)
#   far farin   Mbit/s of one stream each way with a round trip of 100 ms, after the first half of --far-seconds
#   far0.1 far1 the same, outwards, of eight streams, when 0.1 and 1 % of all datagrams are lost each way; without `nio`
#
# For the last two lines each contender gets a second pair of namespaces, with dev.adit.bench.DelayRelay in b, because not
# every kernel has netem. There the kernel's TCP may use buffers of 16 MiB.
#
# Options:
#   --only M,M...        measures
#   --contenders C,C...  those that take part
#   --rounds N           how often each measure is taken (5)
#   --seconds S          of each run of TCP and of crr (5); --far-seconds S of those over the relay (20)
#   --threads N          that connect at the same time for crr (8)
#   --warm-up S          of each direction before the first round (8); 0 for none
#   --java-opts "..."    further options for the JVM of `stack` and `nio`
#   --mtu N              of the tunnels (1420)
#   --csv FILE           every single value (target/bench/stack.csv)
#
# The Go program is built of Debian's packages alone: golang-1.23-go, golang-golang.zx2c4-wireguard-dev and
# golang-gvisor-gvisor-dev, of bookworm-backports in Debian 12, each asked for by name/bookworm-backports as
# `apt-get install -t` would renew much else. Without them `go` is left out, which is said.
#
# Needs: ip, wg, awk and a JDK. Sends nothing outside of its namespaces, changes nothing outside of them, ends no program
# that it did not start, and removes everything when it ends, however it ends.

set -u -o pipefail
export LC_ALL=C
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)

fail() {
    echo "stack.sh: $*" >&2
    exit 1
}

# What is being done, where somebody watches.
progress() { [ ! -t 2 ] || printf '\r%-50s\r' "$*" >&2; }

# --- Options ---

measures=out,out4,in,in4,cpu,rtt,crr,rss,far,farin,far0.1,far1
chosen='' rounds=5 seconds=5 far_seconds=20 threads=8 warm_up=8 java_opts='' mtu=1420
csv=$root/target/bench/stack.csv
while [ $# -gt 0 ]; do
    case $1 in --help | -h) sed -n '2,/^$/s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" && exit ;; esac
    [ $# -ge 2 ] || fail "$1: unknown, or without its value; --help tells"
    case $1 in
    --only) measures=$2 ;;
    --contenders) chosen=$2 ;;
    --rounds) rounds=$2 ;;
    --seconds) seconds=$2 ;;
    --far-seconds) far_seconds=$2 ;;
    --threads) threads=$2 ;;
    --warm-up) warm_up=$2 ;;
    --java-opts) java_opts=$2 ;;
    --mtu) mtu=$2 ;;
    --csv) csv=$2 ;;
    *) fail "unknown option $1; --help tells" ;;
    esac
    shift 2
done

[ "$(id -u)" = 0 ] || fail 'needs root, for network namespaces'
for tool in ip wg awk; do
    command -v "$tool" >/dev/null || fail "needs $tool"
done

wanted() { [[ ,$measures, == *,$1,* ]]; }
! wanted cpu || measures=$measures,out,in
wants_near() { wanted out || wanted out4 || wanted in || wanted in4 || wanted rtt || wanted crr || wanted rss; }
wants_far() { wanted far || wanted farin || wanted far0.1 || wanted far1; }

# --- Building ---

out=$root/target/bench
mkdir -p "$out" "$(dirname "$csv")"
"$root/aditd" --version >/dev/null || fail 'aditd does not start'
{ read -r _ && read -r jdk && read -r _ && read -r app; } <"$root/.build/current"
java=${JAVA_HOME:-$jdk}/bin/java
lib=$root/.build/$app/lib
# The daemon's build lacks these two modules.
for module in stack net; do
    rm -rf "$out/modules/dev.adit.$module"
    find "$root/$module/src/main/java" -name '*.java' ! -name package-info.java >"$out/sources"
    "${java}c" -nowarn -proc:none -d "$out/modules/dev.adit.$module" -p "$lib:$out/modules" "@$out/sources" || exit 1
done
"${java}c" -nowarn -proc:none -d "$out/classes" -p "$lib:$out/modules" --add-modules dev.adit.net,dev.adit.os \
    "$root"/bench/src/main/java/dev/adit/bench/{LoadClient,LoadServer,DelayRelay}.java || exit 1
mkdir -p "$out/portable" # the modules without native access
for module in device ip protocol; do ln -sf "$lib"/adit-"$module"-*.jar "$out/portable/"; done

go=''
build_go() {
    local compiler
    for compiler in /usr/lib/go-1.23/bin/go "$(command -v go)"; do [ ! -x "$compiler" ] || break; done
    if [ ! -x "$compiler" ] || [ ! -d /usr/share/gocode/src/gvisor.dev/gvisor ] ||
        [ ! -d /usr/share/gocode/src/golang.zx2c4.com/wireguard ]; then
        echo 'stack.sh: without `go`, whose packages are not installed; --help names them' >&2
        return
    fi
    progress 'building the Go program'
    if (cd "$root/bench/go/stackclient" && GO111MODULE=off GOPATH=/usr/share/gocode GOTOOLCHAIN=local \
        GOCACHE=$out/go-cache "$compiler" build -o "$out/stackclient" .); then
        go=$out/stackclient
    else
        echo 'stack.sh: without `go`, which does not build with the packages that are installed' >&2
    fi
}

contenders=()
takes_part() { [ -z "$chosen" ] || [[ ,$chosen, == *,$1,* ]]; }
! takes_part stack || contenders+=(stack)
! takes_part linux || contenders+=(linux)
! takes_part go || build_go
[ -z "$go" ] || contenders+=(go)
! takes_part nio || contenders+=(nio)
[ ${#contenders[@]} -gt 0 ] || fail 'nobody takes part'

# --- The network ---

work=$(mktemp -d)
children=()
namespaces=()
declare -A pids far_end to from relays # by contender, or with `far-` before it

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

# Every pair has a number, for names that fit in an interface's 15 characters.
ns() { echo "bench$$-$1$2"; }
device() { echo "b$$$1$2"; }

# NAME NUMBER CONTENDER: both ends of one contender, up and talking.
set_up() {
    local name=$1 number=$2 kind=$3 a b key_a key_b port=51820
    a=$(ns "$number" a) b=$(ns "$number" b)
    for ns in "$a" "$b"; do
        ip netns add "$ns" || fail 'no network namespaces here'
        namespaces+=("$ns")
        ip -n "$ns" link set lo up
        # Each connection learns of its path what there is to know.
        sysctl_in "$ns" tcp_no_metrics_save=1
    done
    ip link add name eth0 netns "$a" type veth peer name eth0 netns "$b"
    ip -n "$a" address add 192.0.2.1/24 dev eth0
    ip -n "$b" address add 192.0.2.2/24 dev eth0
    ip -n "$a" link set eth0 up
    ip -n "$b" link set eth0 up
    # A connection that waits out its end would keep its port from a new one.
    sysctl_in "$b" tcp_max_tw_buckets=0
    key_a=$(wg genkey) key_b=$(wg genkey)
    start "$name" "$b" "$(device "$number" b)" && far_end[$name]=$started
    configure "$b" "$(device "$number" b)" "$key_b" 10.66.0.2 "$(wg pubkey <<<"$key_a")" 10.66.0.1
    if [[ $name == far-* ]]; then
        for ns in "$a" "$b"; do sysctl_in "$ns" 'tcp_rmem=4096 131072 16777216' 'tcp_wmem=4096 65536 16777216'; done
        relay "$name" "$b"
        port=51830
    fi
    serve "$name" "$b" && far_end[$name]+=" $started"
    client "$name" "$number" "$kind" "$key_a" "$(wg pubkey <<<"$key_b")" "192.0.2.2:$port"
    ask "$name" rtt 1 >/dev/null
}

sysctl_in() {
    local ns=$1 setting
    shift
    for setting in "$@"; do
        ip netns exec "$ns" sh -c 'echo "$2" >"/proc/sys/net/ipv4/$1"' sh "${setting%%=*}" "${setting#*=}" || exit 1
    done
}

# NAME NETNS DEVICE: an aditd; sets `started`.
start() {
    WG_PROCESS_FOREGROUND=1 LOG_LEVEL=error ip netns exec "$2" "$root/aditd" -f "$3" >"$work/$1.$3.log" 2>&1 &
    started=$!
    children+=("$started")
    for _ in {1..200}; do
        [ -S "/var/run/wireguard/$3.sock" ] && return
        sleep 0.05
    done
    cat "$work/$1.$3.log" >&2
    fail "$1: aditd does not start"
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
    # By the route, as the sysctl takes only what the host allows everybody; some have BBR as their default.
    ip -n "$1" route replace 10.66.0.0/24 dev "$2" src "$4" congctl cubic
}

# NAME COMMAND...: a program that reads lines from us and answers with lines; sets `started`. Its first line is waited
# for where WAIT is set.
talk() {
    local name=$1 input output
    shift
    mkfifo "$work/$name.in" "$work/$name.out"
    exec {input}<>"$work/$name.in" {output}<>"$work/$name.out"
    "$@" <"$work/$name.in" >"$work/$name.out" 2>"$work/$name.log" &
    started=$!
    children+=("$started")
    to[$name]=$input from[$name]=$output
    [ -z "${WAIT-}" ] || read -r -t 20 -u "$output" _ || { cat "$work/$name.log" >&2 && fail "$name does not start"; }
}

jvm='-XX:-UsePerfData -Xmx256m --enable-native-access=dev.adit.os,dev.adit.libcrypto'
native=("$java" $jvm -p "$lib:$out/modules" --add-modules dev.adit.net,dev.adit.os,dev.adit.libcrypto -cp "$out/classes")

relay() {
    WAIT=1 talk "relay-$1" ip netns exec "$2" "${native[@]}" dev.adit.bench.DelayRelay 51830 192.0.2.2 51820 50
    relays[$1]=${to[relay-$1]}
}

serve() {
    WAIT=1 talk "server-$1" ip netns exec "$2" "$java" -XX:-UsePerfData -Xmx256m -cp "$out/classes" \
        dev.adit.bench.LoadServer 5201
}

# NAME NUMBER CONTENDER KEY PEER-PUBLIC-KEY ENDPOINT: the near end.
client() {
    local name=$1 a load=dev.adit.bench.LoadClient
    a=$(ns "$2" a)
    (umask 077 && cat >"$work/$name.conf") <<-EOF_CONF
	[Interface]
	PrivateKey = $4
	Address = 10.66.0.1/24
	MTU = $mtu
	[Peer]
	PublicKey = $5
	AllowedIPs = 10.66.0.2/32
	Endpoint = $6
	EOF_CONF
    case $3 in
    stack)
        # shellcheck disable=SC2086
        talk "$name" ip netns exec "$a" "${native[@]}" $java_opts $load "$work/$name.conf" 10.66.0.2 5201
        pids[$name]=$started
        ;;
    nio)
        # shellcheck disable=SC2086
        talk "$name" ip netns exec "$a" "$java" -XX:-UsePerfData -Xmx256m -p "$out/portable:$out/modules" \
            --add-modules dev.adit.net -cp "$out/classes" $java_opts $load "$work/$name.conf" 10.66.0.2 5201
        pids[$name]=$started
        ;;
    linux)
        start "$name" "$a" "$(device "$2" a)"
        pids[$name]=$started
        configure "$a" "$(device "$2" a)" "$4" 10.66.0.1 "$5" 10.66.0.2 "$6"
        talk "$name" ip netns exec "$a" "${native[@]}" $load - 10.66.0.2 5201
        pids[$name]+=" $started"
        ;;
    go)
        talk "$name" ip netns exec "$a" "$go" "$(hex <<<"$4")" 10.66.0.1 "$(hex <<<"$5")" 10.66.0.2 "$6" "$mtu" 5201
        pids[$name]=$started
        ;;
    esac
}

hex() { base64 -d | od -An -v -tx1 | tr -d ' \n'; }

# NAME COMMAND...: what the client answers.
ask() {
    local name=$1 answer
    shift
    echo "$*" >&"${to[$name]}"
    read -r -t 120 -u "${from[$name]}" answer || { tail -n 5 "$work/$name.log" >&2 && fail "$name: no answer to $*"; }
    echo "$answer"
}

# --- Measures: MEASURE CONTENDER ROUND, and lines for the CSV ---

echo 'measure,unit,contender,round,value' >"$csv"

take() {
    local unit=Mbit/s value name=$2 half=$((far_seconds / 2))
    [[ $1 != far* ]] || name=far-$2
    case $1 in
    out | in) stream "$@" && return ;;
    out4) value=$(ask "$name" out 4 "$seconds" 0) ;;
    in4) value=$(ask "$name" in 4 "$seconds" 0) ;;
    rtt) unit=µs value=$(ask "$name" rtt 2000) ;;
    crr) unit=1/s value=$(ask "$name" crr "$threads" "$seconds") ;;
    rss) unit=MB value=$(resident "$name") ;;
    far) value=$(ask "$name" out 1 "$far_seconds" "$half") ;;
    farin) value=$(ask "$name" in 1 "$far_seconds" "$half") ;;
    *)
        echo "${1#far}" >&"${relays[$name]}"
        value=$(ask "$name" out 8 "$far_seconds" "$half") || exit 1
        echo 0 >&"${relays[$name]}"
        ;;
    esac || exit 1
    echo "$1,$unit,$2,$3,$value" >>"$csv"
}

# MEASURE CONTENDER ROUND: one stream, and what it cost.
stream() {
    local before rate
    before=$(cpu_seconds "$2")
    rate=$(ask "$2" "$1" 1 "$seconds" 0) || exit 1
    echo "$1,Mbit/s,$2,$3,$rate" >>"$csv"
    ! wanted cpu || awk -v c="$(cpu_seconds "$2")" -v b="$before" -v r="$rate" -v s="$seconds" \
        -v row="cpu-$1,s/GB,$2,$3" 'BEGIN { printf "%s,%.3f\n", row, (c - b) / (r * s / 8000) }' >>"$csv"
}

# CPU time of all programs of a contender in seconds, since they started.
cpu_seconds() {
    local pid
    for pid in ${pids[$1]} ${far_end[$1]}; do cat "/proc/$pid/stat"; done |
        awk -v hz="$(getconf CLK_TCK)" '{ sub(/.*\) /, ""); total += $12 + $13 } END { print total / hz }'
}

resident() {
    local pid
    for pid in ${pids[$1]}; do cat "/proc/$pid/status"; done | awk '/^VmRSS/ { kb += $2 } END { printf "%.1f\n", kb / 1024 }'
}

runs() { [ "$2" != nio ] || { [ "$1" != far0.1 ] && [ "$1" != far1 ]; }; }

# --- The runs ---

for i in "${!contenders[@]}"; do
    progress "starting ${contenders[$i]}"
    ! wants_near || set_up "${contenders[$i]}" "$i" "${contenders[$i]}"
    ! wants_far || set_up "far-${contenders[$i]}" "1$i" "${contenders[$i]}"
done
for label in "${contenders[@]}"; do
    [ "$warm_up" != 0 ] || break
    for name in "$label" "far-$label"; do
        [ -n "${pids[$name]-}" ] || continue
        progress "warming up $name"
        ask "$name" out 1 "$warm_up" 0 >/dev/null || exit 1
        ask "$name" in 1 "$warm_up" 0 >/dev/null || exit 1
        ! wanted crr || [ "$name" != "$label" ] || ask "$name" crr "$threads" "$((warm_up / 2))" >/dev/null || exit 1
    done
done

loads=$(cut -d ' ' -f 1 /proc/loadavg)
for round in $(seq "$rounds"); do
    order=("${contenders[@]}")
    ((round % 2)) || order=($(printf '%s\n' "${order[@]}" | tac))
    for measure in out in out4 in4 rtt crr rss far farin far0.1 far1; do
        wanted "$measure" || continue
        for label in "${order[@]}"; do
            runs "$measure" "$label" || continue
            progress "round $round of $rounds: $measure $label"
            take "$measure" "$label" "$round"
        done
    done
    loads+=" $(cut -d ' ' -f 1 /proc/loadavg)"
done
progress

# --- The table: medians, and the median of what each round's ratio was, with the least and the largest ---

awk -F, -v labels="${contenders[*]}" '
    function sorted(list, v,    n, i, j, t) {
        n = split(list, v, " ")
        for (i = 2; i <= n; i++) { t = v[i] + 0; for (j = i - 1; j && v[j] + 0 > t; j--) v[j + 1] = v[j]; v[j + 1] = t }
        return n
    }
    function median(list,    v, n) {
        n = sorted(list, v)
        return n % 2 ? v[(n + 1) / 2] + 0 : (v[n / 2] + v[n / 2 + 1]) / 2
    }
    function spread(list,    v, n) { n = sorted(list, v); return sprintf("%.2f (%.2f-%.2f)", median(list), v[1], v[n]) }
    function number(x) { return x >= 100 ? sprintf("%.0f", x) : sprintf("%.2f", x) }
    function ratio(row, one, other,    k, list) {
        for (k = 0; k <= last; k++)
            if (value[row, other, k] > 0 && value[row, one, k] != "")
                list = list " " value[row, one, k] / value[row, other, k]
        return list == "" ? "-" : spread(list)
    }
    NR == 1 { next }
    {
        row = $1 SUBSEP $2
        if (!(row in seen)) { seen[row] = 1; rows[++count] = row }
        all[row, $3] = all[row, $3] " " $5
        value[row, $3, $4] = $5
        if ($4 > last) last = $4
        has[$3] = 1
    }
    END {
        n = split(labels, label, " ")
        pairs = split("stack/linux stack/go nio/go", pair, " ")
        printf "%-10s %-7s", "median of", "unit"
        for (i = 1; i <= n; i++) printf " %9s", label[i]
        for (p = 1; p <= pairs; p++) {
            split(pair[p], side, "/")
            if (has[side[1]] && has[side[2]]) printf " %18s", pair[p]
        }
        print ""
        for (r = 1; r <= count; r++) {
            split(rows[r], name, SUBSEP)
            printf "%-10s %-7s", name[1], name[2]
            for (i = 1; i <= n; i++)
                printf " %9s", all[rows[r], label[i]] == "" ? "-" : number(median(all[rows[r], label[i]]))
            for (p = 1; p <= pairs; p++) {
                split(pair[p], side, "/")
                if (has[side[1]] && has[side[2]]) printf " %18s", ratio(rows[r], side[1], side[2])
            }
            print ""
        }
    }' "$csv"
echo "load average, at the least and the most of all rounds: $(tr ' ' '\n' <<<"$loads" | sort -n | sed -n '1p;$p' | paste -s -d ' ')"
echo "every value: $csv"
