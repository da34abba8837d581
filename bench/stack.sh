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

script=stack.sh
. "$(dirname "${BASH_SOURCE[0]}")/lab.sh"

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

need ip wg awk

! wanted cpu || measures=$measures,out,in
wants_near() { wanted out || wanted out4 || wanted in || wanted in4 || wanted rtt || wanted crr || wanted rss; }
wants_far() { wanted far || wanted farin || wanted far0.1 || wanted far1; }

# --- Building ---

find_build
"${java}c" -nowarn -proc:none -d "$out/classes" -p "$lib" --add-modules dev.adit.net,dev.adit.os \
    "$root"/bench/src/main/java/dev/adit/bench/{LoadClient,LoadServer,DelayRelay}.java || exit 1
rm -rf "$out/portable" && mkdir -p "$out/portable" # the modules without native access
for module in ip protocol stack device net; do ln -sf "$lib"/adit-"$module"-*.jar "$out/portable/"; done

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

declare -A pids far_end to from relays # by contender, or with `far-` before it

# NAME NUMBER CONTENDER: both ends of one contender, up and talking.
set_up() {
    local name=$1 number=$2 kind=$3 a b key_a key_b port=51820
    a=$(ns "$number" a) b=$(ns "$number" b)
    join_pair "$number"
    # Each connection learns of its path what there is to know.
    for ns in "$a" "$b"; do sysctl_in "$ns" tcp_no_metrics_save=1; done
    # A connection that waits out its end would keep its port from a new one.
    sysctl_in "$b" tcp_max_tw_buckets=0
    key_a=$(wg genkey) key_b=$(wg genkey)
    start_daemon "$name" "$b" "$(device "$number" b)" "$root/aditd" && far_end[$name]=$started
    configure_cubic "$b" "$(device "$number" b)" "$key_b" 10.66.0.2 "$(wg pubkey <<<"$key_a")" 10.66.0.1
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

# As `configure`, with CUBIC by the route: the sysctl takes only what the host allows everybody, and some have BBR as their
# default.
configure_cubic() {
    configure "$@"
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
native=("$java" $jvm -p "$lib" --add-modules dev.adit.net,dev.adit.os,dev.adit.libcrypto -cp "$out/classes")

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
        talk "$name" ip netns exec "$a" "$java" -XX:-UsePerfData -Xmx256m -p "$out/portable" \
            --add-modules dev.adit.net -cp "$out/classes" $java_opts $load "$work/$name.conf" 10.66.0.2 5201
        pids[$name]=$started
        ;;
    linux)
        start_daemon "$name" "$a" "$(device "$2" a)" "$root/aditd"
        pids[$name]=$started
        configure_cubic "$a" "$(device "$2" a)" "$4" 10.66.0.1 "$5" 10.66.0.2 "$6"
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

begin_csv

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
    record "$1" "$unit" "$2" "$3" "$value"
}

# MEASURE CONTENDER ROUND: one stream, and what it cost.
stream() {
    local before rate
    before=$(cpu_seconds "$2")
    rate=$(ask "$2" "$1" 1 "$seconds" 0) || exit 1
    record "$1" Mbit/s "$2" "$3" "$rate"
    ! wanted cpu || record_cpu "cpu-$1" "$2" "$3" "$before" "$(cpu_seconds "$2")" "$rate"
}

# Of all programs of a contender; of its near end. Words are process ids; that is what splitting them is for.
# shellcheck disable=SC2086
cpu_seconds() { cpu_of ${pids[$1]} ${far_end[$1]}; }
# shellcheck disable=SC2086
resident() { resident_of ${pids[$1]} | awk '{ printf "%.1f", $1 }'; }

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
    order=($(in_order "$round"))
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
print_table -v pairs='stack/linux stack/go nio/go' -v spread=1
echo "load average, at the least and the most of all rounds: $(tr ' ' '\n' <<<"$loads" | sort -n | sed -n '1p;$p' | paste -s -d ' ')"
echo "every value: $csv"
