#!/bin/sh
# Fuzzes every input for as long as one likes, one target and one JVM after the other, and prints what came of it.
#
#   fuzz/run.sh [--seconds N] [--no-build] [TARGET...]
#
# N is for all targets together, 3600 if not given; without names, all of them, as in fuzz/src/test/resources/seeds. What
# was learnt stays in fuzz/target/fuzz/corpus, so that the next run goes on from there; inputs that fail are in
# fuzz/target/fuzz/findings. To repeat one, make it a seed of its target and run the tests of the module:
#
#   ./mvnw verify -pl fuzz -am -Dtest=FuzzTest -Dsurefire.failIfNoSpecifiedTests=false
#
# The process that works is that of fuzz/target/fuzz/pid, which may be stopped and continued.
program=$0
root=$(CDPATH='' cd -P -- "$(dirname -- "$0")/.." && pwd -P) || exit 1
. "$root/tools/launch.sh"
read_current
find_jdk

seconds=3600 build_first=true
while :; do
    case ${1-} in
    --seconds) seconds=$2 && shift 2 ;;
    --no-build) build_first=false && shift ;;
    -*) die "unknown option $1" ;;
    *) break ;;
    esac
done
if $build_first; then
    (cd "$root" && JAVA_HOME=$jdk ./mvnw -q -B -DskipTests -Dexec.skip -pl fuzz -am package) || exit 1
fi
cd "$root/fuzz" || exit 1
seeds=src/test/resources/seeds out=target/fuzz
# Names have no spaces.
# shellcheck disable=SC2046
[ $# -gt 0 ] || set -- $(ls $seeds)
each=$((seconds / $#))
mkdir -p $out/findings $out/logs

# TARGET: fuzzes it until its time is over.
fuzz() {
    mkdir -p "$out/corpus/$1"
    "$jdk/bin/java" --enable-native-access=ALL-UNNAMED -XX:+UseSerialGC -Xmx1g -cp 'target/test-classes:target/lib/*' \
        com.code_intelligence.jazzer.Jazzer --target_class=dev.adit.fuzz.JazzerEntry --target_args="$1" \
        '--instrumentation_includes=dev.adit.**' \
        '--instrumentation_excludes=dev.adit.protocol.sim.**:dev.adit.protocol.crypto.**' \
        --reproducer_path=$out/findings "-artifact_prefix=$out/findings/$1-" --keep_going=5 \
        -rss_limit_mb=0 -timeout=1200 -max_len=8192 -max_total_time=$each -print_final_stats=1 \
        "$out/corpus/$1" "$seeds/$1" >"$out/logs/$1" 2>&1 &
    echo $! >$out/pid
    wait $!
}

# Sets $processor to the seconds of processor time that all JVMs have had until now. (In a subshell, it would be none.)
read_processor() {
    times >$out/times
    processor=$(awk 'NR == 2 { for (i = 1; i <= 2; i++) { split($i, t, /[ms]/); sum += 60 * t[1] + t[2] } printf "%d", sum }' \
        $out/times)
}

# TARGET PROCESSOR_SECONDS: a line of figures from its log.
figures() {
    awk -v target="$1" -v processor="$2" '
        / cov: / { for (i = 1; i < NF; i++) { if ($i == "cov:") cov = $(i + 1); if ($i == "corp:") corpus = $(i + 1) } }
        /^Done [0-9]+ runs/ { runs = $2; seconds = $5 }
        /^stat::slowest_unit_time_sec/ { slowest = $2 }
        /^== Java Exception|^== libFuzzer|ERROR: libFuzzer/ { findings += /Java Exception|ERROR/ }
        END {
            sub("/.*", "", corpus)
            printf "%-16s %8d %8d %9d %8.0f %6d %7d %8d %9d\n", target, seconds, processor, runs,
                processor ? runs / processor : 0, cov, corpus, slowest, findings
        }' "$out/logs/$1"
}

printf '%-16s %8s %8s %9s %8s %6s %7s %8s %9s\n' target seconds cpu-s runs runs/cpu edges corpus slowest findings |
    tee $out/figures
for target; do
    [ -d "$seeds/$target" ] || die "no target $target"
    read_processor
    before=$processor
    fuzz "$target"
    read_processor
    figures "$target" $((processor - before)) | tee -a $out/figures
done
rm -f $out/pid
