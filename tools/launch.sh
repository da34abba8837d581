# What adit and aditd share: finding a JDK, building when needed, and how Java is run. POSIX sh, to be sourced.
#
# Needs $root, the folder of this checkout as an absolute path, and $program, the name it was called by. `prepare` does
# the finding and building; `run_java FLAGS MAIN ARGUMENT...` then becomes the JVM; `run_tool ARGUMENT...` is both, for
# adit. All that is made is in $root/.build:
#
#   current    four lines on the build in use; its time is when that build began, so newer sources ask for another
#   app.N/     the module jars, copied so that no build pulls them away under a running daemon: in lib/, and in vector/
#              the one that daemons take besides if ADIT_VECTOR=yes; and their classes, loaded and linked ahead of time, of
#              use only to the JVM and in the place that they were made with: aditd.aot for the daemon, or aditd.vector.aot
#              with that module, which also knows what is worth compiling, and adit.jsa for the tools, which are over
#              before that pays off and start some 20 ms sooner without. bin/ has Java under the names of the programs, so
#              that ps, pidof and ss call them by those
#   build.log  what Maven said
#   lock       what whoever builds holds; for its owner alone, as any user can lock a file that they can read
#   named      the users whom root has been told of, see trust.sh
#
# build.sh beside this file makes a build; trust.sh says what root may run.

oldest_jdk=25
build=$root/.build

# A tool ends before compilation pays off; a daemon runs for months and should be small while it idles.
# Xlog:disable: the JVM tells its troubles with an ahead-of-time cache on standard output.
# preferIPv6Addresses: a name's addresses come in the order of getaddrinfo(3), gai.conf(5) included, and not IPv4 first.
# UsePerfData: a file in /tmp that the kernel writes back stalls threads. Core dumps would hold keys, and so may the JVM's
# report of a crash (SuppressFatalErrorMessage): see crash_flags for where a daemon may write one.
common_flags='-XX:+UseSerialGC -Xlog:disable -XX:-UsePerfData -XX:-CreateCoredumpOnCrash -Xss512k
    -Djava.net.preferIPv6Addresses=system'
proxy_flags='-XX:+SuppressFatalErrorMessage -Xms8m -Xmn4m -Xmx512m -XX:ReservedCodeCacheSize=32m
    -XX:TrimNativeHeapInterval=5000'
tool_flags='-XX:+SuppressFatalErrorMessage -Xms8m -Xmx512m -XX:TieredStopAtLevel=1 -Dadit.crypto=brief -Dadit.secrets=plain'
# TrimNativeHeapInterval (ms): what compilers needed goes back to the system, up to a fifth of a daemon with many peers.
# CompileThresholdScaling: this method makes the bindings to the C library, once; to optimise it takes 12 MB.
daemon_flags='-Xms8m -Xmn4m -Xmx512m -XX:ReservedCodeCacheSize=32m -XX:TrimNativeHeapInterval=5000
    -XX:CompileCommand=quiet
    -XX:CompileCommand=CompileThresholdScaling,jdk.internal.classfile.impl.StackMapGenerator::processBlock,100.0'

prepare() {
    # Java does not run in a folder that was removed.
    if ! pwd -P >/dev/null 2>&1 || [ -z "$PWD" ]; then cd /; fi
    read_current
    if is_root; then
        . "$root/tools/trust.sh"
        judge_checkout # and with it what find_jdk asks
    fi
    find_jdk
    up_to_date && return
    . "$root/tools/build.sh"
    renew
}

# Asks no other program in the usual case.
is_root() {
    [ -O / ] || [ "$(id -u)" = 0 ]
}

# ARGUMENT...: becomes adit, or what $program calls it.
run_tool() {
    # Java's first files would take the place of streams that the caller closed. A closed output stays one that fails.
    true 2>/dev/null 9<&0 || exec </dev/null
    true 2>/dev/null 9>&1 || exec 1</dev/null
    prepare
    case $program:${1-} in *:proxy | *:nc | *:wireproxy | wireproxy:*) tool_flags=$proxy_flags ;; esac
    if [ -t 1 ]; then tool_flags="$tool_flags -Dadit.terminal=true"; fi
    run_java "$tool_flags" Adit "$@"
}

# FLAGS MAIN ARGUMENT...: becomes the JVM, so that signals, descriptors and the process id are its own; or becomes
# $before, if that is set, to start it.
run_java() {
    flags=$1 main=$2
    shift 2
    choose_modules
    choose_cache
    choose_java
    # Flags are words; that is what splitting them is for.
    # shellcheck disable=SC2086
    exec ${before-} "$java" $common_flags $flags ${cache:+"$cache"} ${ADIT_JAVA_OPTS-} \
        "-Dadit.program=$program" "-Dadit.home=$root" \
        -p "$modules" --enable-native-access=dev.adit.libcrypto,dev.adit.os -m "dev.adit.tools/dev.adit.tools.$main" "$@"
}

# Sets $modules, the path of them, and $daemon_cache, the name of the cache that a daemon has with them.
choose_modules() {
    modules=$build/$app/lib daemon_cache=aditd.aot
    case $main in daemon.Daemon | training.DaemonTraining) ;; *) return 0 ;; esac
    if vectors_wanted; then
        modules=$modules:$build/$app/vector daemon_cache=aditd.vector.aot
    fi
}

# Whether the vector cipher is asked for and can be had.
vectors_wanted() {
    [ "${ADIT_VECTOR-}" = yes ] && [ -d "$build/$app/vector" ] || return 1
    grep -q '[ "]jdk\.incubator\.vector[ "]' "$jdk/release" 2>/dev/null && return
    printf '%s: no vector cipher: %s is without jdk.incubator.vector\n' "${program##*/}" "$jdk" >&2
    return 1
}

# Sets $cache, the flag that names one for $main; empty when there is none.
choose_cache() {
    cache=
    { [ "$made_jdk" = "$jdk" ] && cache_fits; } || return 0
    if [ "$main" = daemon.Daemon ] && [ -r "$build/$app/$daemon_cache" ]; then
        cache=-XX:AOTCache=$build/$app/$daemon_cache
    elif [ -r "$build/$app/adit.jsa" ]; then
        cache=-XX:SharedArchiveFile=$build/$app/adit.jsa
    fi
}

# Sets $java, which carries the name of the program where it can.
choose_java() {
    case $main in
    daemon.Daemon) java=$build/$app/bin/aditd ;;
    *) java=$build/$app/bin/adit ;;
    esac
    [ "$made_jdk" = "$jdk" ] && [ -x "$java" ] || java=$jdk/bin/java
}

die() {
    printf '%s: %s\n' "${program##*/}" "$1" >&2
    exit 1
}

# --- The build in use ---

# Sets where and by which JDK it was made, and its folder; empty when there is none.
read_current() {
    made_at='' made_jdk='' made_version='' app=''
    [ -r "$build/current" ] || return 0
    {
        read -r made_at
        read -r made_jdk
        read -r made_version
        read -r app
    } <"$build/current"
    [ -d "$build/$app/lib" ] || app=
}

# Whether it is the newest one, or one that this caller cannot renew anyway.
up_to_date() {
    [ -n "$app" ] || return 1
    may_build || return 0
    sources_unchanged && cache_fits
}

# Whether there is something to build from; an installed copy has only what was built.
has_sources() {
    [ -d "$root/tools/src" ]
}

# Without sources there is nothing to compare.
sources_unchanged() {
    has_sources || return 0
    set --
    for module in ip protocol stack device net proxy vector libcrypto os tools; do
        set -- "$@" "$root/$module/pom.xml" "$root/$module/src/main"
    done
    [ -z "$(find "$root/pom.xml" "$root/.mvn" "$root"/tools/*.sh "$@" -newer "$build/current")" ]
}

# A JDK in JAVA_HOME is one caller's wish and no reason to make the cache again; a moved checkout or an update is.
cache_fits() {
    [ "$made_at" = "$root" ] || return 1
    [ "$made_jdk" != "$jdk" ] || [ "$made_version" = "$jdk_version" ] || return 1
    [ "$made_jdk" = "$jdk" ] || [ "$jdk" = "${JAVA_HOME-}" ]
}

# Who owns the last build makes the next; so does root, who hands it over.
may_build() {
    [ "$tool" = javac ] || ! has_sources || return 1
    [ -w "$root" ] || return 1
    [ ! -e "$build" ] || { [ -w "$build" ] && { [ -O "$build" ] || is_root; }; }
}

# --- For a training run, see build.sh ---

# ARGUMENT...: becomes adit without a cache, for the training run of the daemon.
run_java_tool() {
    run_java "$tool_flags" Adit "$@"
}

# [INTERFACE]: notes which classes the tools need, with an interface to look at.
list_tool_classes() {
    (run_java "$tool_flags -XX:DumpLoadedClassList=adit.classlist" ToolTraining "$@")
}

# --- The JDK ---

# Sets $jdk and $jdk_version: the caller's choice, else the one of the last build, else the first that is found.
find_jdk() {
    passed_over=''
    if has_sources; then
        tool=javac
        search_jdk && return
    fi
    # What is built runs without a compiler.
    tool=java
    [ -n "$app" ] && search_jdk && return
    die "needs a JDK, version $oldest_jdk or newer: install one (https://adoptium.net has them) or set JAVA_HOME${passed_over:+
root runs no Java that others can change:$passed_over}"
}

search_jdk() {
    for jdk in "${JAVA_HOME-}" "$made_jdk" /usr/lib/jvm/* /opt/* "${HOME-}"/.sdkman/candidates/java/* /usr/java/*; do
        # Whoever called root may have left their HOME.
        case $jdk in "${HOME-}"/.sdkman/*) [ -O "$HOME" ] || continue ;; esac
        is_jdk && return
    done
    jdk=$(command -v java) && jdk=$(readlink -f "$jdk") && jdk=${jdk%/bin/java} && is_jdk
}

# Whether this user may run $jdk. For root, trust.sh has more to say.
may_run_jdk() {
    true
}

# Whether $jdk is the folder of one that is new enough. Its `release` file saves a run of Java.
is_jdk() {
    [ -n "$jdk" ] && [ -x "$jdk/bin/java" ] && [ -x "$jdk/bin/$tool" ] || return 1
    may_run_jdk || return 1
    jdk_version='' number=''
    if [ -r "$jdk/release" ]; then
        while IFS='=' read -r key value; do
            case $key in
            IMPLEMENTOR_VERSION | JAVA_RUNTIME_VERSION) jdk_version=$jdk_version$value ;;
            JAVA_VERSION) number=$value && break ;;
            esac
        done <"$jdk/release"
    fi
    # The first line is like `openjdk version "25.0.1" 2025-10-21`.
    [ -n "$number" ] || number=$("$jdk/bin/java" -version 2>&1 | sed -n 's/.* version \("[^"]*"\).*/\1/p;q')
    jdk_version=$jdk_version$number
    number=${number#\"}
    number=${number%%[!0-9]*}
    [ "${number:-0}" -ge "$oldest_jdk" ]
}
