#!/bin/sh
# What single operations cost: builds the module `bench` and runs its JMH benchmarks, with what they allocate.
#
#   bench/micro.sh [JMH OPTION...] [PATTERN...]
#
# For instance `bench/micro.sh Aead`, or `bench/micro.sh -f 3 -wi 5 -i 5 Handshake`; `bench/micro.sh -h` tells all.
# `gc.alloc.rate.norm` is the bytes allocated for each operation: about 0 on the data path.
program=$0
root=$(CDPATH='' cd -P -- "$(dirname -- "$0")/.." && pwd -P) || exit 1
. "$root/tools/launch.sh"
read_current
find_jdk
(cd "$root" && JAVA_HOME=$jdk ./mvnw -q -B -Pbench -DskipTests -Dexec.skip -Dmdep.skip=false -pl bench -am package) || exit 1
# JMH takes each option once.
for default in '-f 1' '-wi 3' '-w 1' '-i 3' '-r 1'; do
    case " $* " in *" ${default% *} "*) ;; *) set -- "$@" ${default% *} ${default#* } ;; esac
done
exec "$jdk/bin/java" -cp "$root/bench/target/classes:$root/bench/target/lib/*" org.openjdk.jmh.Main \
    -jvmArgsAppend '--enable-native-access=ALL-UNNAMED --add-modules=jdk.incubator.vector' -prof gc "$@"
