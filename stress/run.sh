#!/bin/sh
# Runs the concurrency tests of what threads share without a lock, with jcstress, for about as long as one likes.
#
#   stress/run.sh [--seconds N] [--no-build] [JCSTRESS OPTION...]
#
# N is about what all tests together take, 300 if not given, besides the start of their JVMs. `stress/run.sh -l` lists
# the tests, and `-t REGEXP` selects some. Results that are forbidden are printed and in stress/target/results/index.html.
program=$0
root=$(CDPATH='' cd -P -- "$(dirname -- "$0")/.." && pwd -P) || exit 1
. "$root/tools/launch.sh"
read_current
find_jdk

seconds=300 build_first=true
while :; do
    case ${1-} in
    --seconds) seconds=$2 && shift 2 ;;
    --no-build) build_first=false && shift ;;
    *) break ;;
    esac
done
if $build_first; then
    (cd "$root" && JAVA_HOME=$jdk ./mvnw -q -B -Pstress -DskipTests -Dexec.skip -pl stress -am package) || exit 1
fi
mkdir -p "$root/stress/target/results" && cd "$root/stress/target" || exit 1
# jcstress takes the time of one run; each test has four, in JVMs that compile differently.
tests=$(grep -rl '^@JCStressTest' "$root/stress/src" | wc -l)
each=$((seconds * 1000 / (4 * tests)))
exec "$jdk/bin/java" --enable-native-access=ALL-UNNAMED \
    -cp "$root/stress/target/classes:$root/stress/target/lib/*" org.openjdk.jcstress.Main \
    -jvmArgsPrepend '--enable-native-access=ALL-UNNAMED -Dadit.crypto=jdk' -r results \
    -f 1 -fsm 1 -iters 1 -time "$each" -sc false -af NONE "$@"
