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
#              before that pays off and start some 20 ms sooner without; in bin/, Java by the programs' names
#   build.log  what Maven said

oldest_jdk=25
build=$root/.build

# A tool ends before compilation pays off; a daemon runs for months and should be small while it idles.
# Xlog:disable: the JVM tells its troubles with an ahead-of-time cache on standard output.
# ErrorFile: a crash log would have registers and stacks, and so secrets, in a file that others can read.
# preferIPv6Addresses: a name's addresses come in the order of getaddrinfo(3), gai.conf(5) included, and not IPv4 first.
# UsePerfData: a file in /tmp that the kernel writes back stalls threads. Core dumps would hold keys.
common_flags='-XX:+UseSerialGC -Xlog:disable -XX:-UsePerfData -XX:-CreateCoredumpOnCrash -XX:ErrorFile=/dev/null -Xss512k
    -Djava.net.preferIPv6Addresses=system'
tool_flags='-Xms8m -Xmx512m -XX:TieredStopAtLevel=1 -Dadit.crypto=brief -Dadit.secrets=plain'
# TrimNativeHeapInterval (ms): what compilers needed goes back to the system, up to a fifth of a daemon with many peers.
daemon_flags='-Xms8m -Xmn4m -Xmx512m -XX:ReservedCodeCacheSize=32m -XX:TrimNativeHeapInterval=20000'

prepare() {
    # Java does not run in a folder that was removed.
    if ! pwd -P >/dev/null 2>&1 || [ -z "$PWD" ]; then cd /; fi
    read_current
    find_jdk
    up_to_date || renew
}

# ARGUMENT...: becomes adit, or what $program calls it.
run_tool() {
    # Java's first files would take the place of streams that the caller closed. A closed output stays one that fails.
    true 2>/dev/null 9<&0 || exec </dev/null
    true 2>/dev/null 9>&1 || exec 1</dev/null
    prepare
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
    choose_name
    # Flags are words; that is what splitting them is for.
    # shellcheck disable=SC2086
    exec ${before-} "$java" $common_flags $flags ${cache:+"$cache"} ${ADIT_JAVA_OPTS-} \
        "-Dadit.program=$program" "-Dadit.home=$root" \
        -p "$modules" --enable-native-access=dev.adit.os -m "dev.adit.tools/dev.adit.tools.$main" "$@"
}

# Sets $modules, the path of them, and $daemon_cache, the name of the cache that a daemon has with them.
choose_modules() {
    modules=$build/$app/lib daemon_cache=aditd.aot
    case $main in daemon.Daemon | rehearsal.Stage) ;; *) return 0 ;; esac
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

# Sets $java to a link to the JDK's, by whose name the process is known to ps, pidof and ss.
choose_name() {
    java=$build/$app/bin/adit
    [ "$main" != daemon.Daemon ] || java=$build/$app/bin/aditd
    [ "$java" -ef "$jdk/bin/java" ] || java=$jdk/bin/java
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

# Without sources there is nothing to compare.
sources_unchanged() {
    [ -d "$root/tools/src" ] || return 0
    set --
    for module in protocol device vector os tools; do
        set -- "$@" "$root/$module/pom.xml" "$root/$module/src/main"
    done
    [ -z "$(find "$root/pom.xml" "$root/.mvn" "$root/tools/launch.sh" "$@" -newer "$build/current")" ]
}

# A JDK in JAVA_HOME is one caller's wish and no reason to make the cache again; a moved checkout or an update is.
cache_fits() {
    [ "$made_at" = "$root" ] || return 1
    [ "$made_jdk" != "$jdk" ] || [ "$made_version" = "$jdk_version" ] || return 1
    [ "$made_jdk" = "$jdk" ] || [ "$jdk" = "${JAVA_HOME-}" ]
}

# Who owns the last build makes the next; so does root, who hands it over.
may_build() {
    [ "$tool" = javac ] && [ -w "$root" ] || return 1
    [ ! -e "$build" ] || { [ -w "$build" ] && { [ -O "$build" ] || [ "$(id -u)" = 0 ]; }; }
}

# --- Making one ---

renew() {
    if [ "$tool" != javac ]; then die "is not built yet, which takes a whole JDK: there is no javac in $jdk"; fi
    may_build || die "is not built yet: call $root/adit once as the owner of that folder"
    mkdir -p "$build" || exit 1
    {
        flock 9 || exit 1
        # Another caller may have built while this one waited.
        read_current
        if [ -z "$app" ] || ! sources_unchanged; then
            build_modules
        elif ! cache_fits; then
            describe >"$build/current.new"
            touch -r "$build/current" "$build/current.new"
            rehearse
        else
            return
        fi
        # Last, and all at once: whatever is interrupted before this has changed nothing.
        mv "$build/current.new" "$build/current" || exit 1
    } 9>"$build/lock"
    read_current
    for old in "$build"/app.*; do
        [ "$old" = "$build/$app" ] || rm -rf "$old"
    done
    hand_over
}

build_modules() {
    printf '%s: building, as on first use and whenever sources change ...\n' "${program##*/}" >&2
    app=app.$$
    describe >"$build/current.new"
    (cd "$root" && JAVA_HOME=$jdk HOME=${HOME-$build} \
        ./mvnw -q -B -DskipTests -Dexec.skip -Dmdep.skip -pl tools,vector -am package) >"$build/build.log" 2>&1 </dev/null || {
        cat "$build/build.log" >&2
        die 'the build failed, as told above'
    }
    rm -rf "${build:?}/$app"
    mkdir -p "$build/$app/lib" "$build/$app/vector" || exit 1
    for module in protocol device vector os tools; do
        if [ $module = vector ]; then folder=vector; else folder=lib; fi
        jar=
        for candidate in "$root/$module/target/adit-$module"-*.jar; do
            case $candidate in *-tests.jar | *-sources.jar | *-javadoc.jar) continue ;; esac
            if [ -z "$jar" ] || [ "$candidate" -nt "$jar" ]; then jar=$candidate; fi
        done
        cp "$jar" "$build/$app/$folder/" || exit 1
    done
    rehearse
}

describe() {
    printf '%s\n' "$root" "$jdk" "$jdk_version" "$app"
}

# Runs through what the programs do and keeps what the JVM learned, of each program with its own flags. Nothing but the
# time to start depends on it.
rehearse() {
    rm -f "${build:?}/$app/"adit*.*
    mkdir -p "$build/$app/bin"
    for name in adit aditd; do ln -sf "$jdk/bin/java" "$build/$app/bin/$name"; done
    made_at=$root made_jdk=$jdk made_version=$jdk_version
    (
        cd "$build/$app" || exit 1
        unset ADIT_JAVA_OPTS JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS
        export root program jdk app
        # The daemon takes part where it can have a network and a /run of its own. It calls a function of this file, which
        # has the tools look at its interface.
        for before in 'unshare -nm' 'unshare -rnm' ''; do
            $before true && break
        done
        if [ -n "$before" ]; then
            # shellcheck disable=SC2016
            printf '%s\n' 'mount -t tmpfs tmpfs /run && ip link set up dev lo && exec "$@"' >stage
            before="$before sh stage"
            # shellcheck disable=SC2016
            (run_java "$daemon_flags -XX:AOTMode=record -XX:AOTConfiguration=aditd.aotconf" rehearsal.Stage \
                sh -c '. "$root/tools/launch.sh" && "$@"' sh)
            before=
        fi
        if [ -r aditd.aotconf ]; then
            main=rehearsal.Stage
            choose_modules
            (run_java "$daemon_flags -XX:AOTMode=create -XX:AOTConfiguration=aditd.aotconf -XX:AOTCache=$daemon_cache" $main)
        fi
        [ -r adit.classlist ] || rehearse_tools
        (run_java "$tool_flags -Xshare:dump -XX:SharedClassListFile=adit.classlist -XX:SharedArchiveFile=adit.jsa \
            -XX:+AOTClassLinking" Rehearsal)
        rm -f aditd.aotconf adit.classlist stage
    ) >"$build/rehearsal.log" 2>&1 </dev/null
}

# ARGUMENT...: becomes adit without a cache, for what the daemon's rehearsal needs.
run_java_tool() {
    run_java "$tool_flags" Adit "$@"
}

# [INTERFACE]: notes which classes the tools need, with an interface to look at.
rehearse_tools() {
    (run_java "$tool_flags -XX:DumpLoadedClassList=adit.classlist" Rehearsal "$@")
}

# What root made in another user's folder becomes that user's.
hand_over() {
    [ "$(id -u)" != 0 ] || [ -O "$root" ] || chown -R "$(stat -c %u:%g "$root")" "$build" "$root"/*/target "$root/target"
}

# --- The JDK ---

# Sets $jdk and $jdk_version: the caller's choice, else the one of the last build, else the first that is found.
find_jdk() {
    tool=javac
    search_jdk && return
    # What is built runs without a compiler.
    tool=java
    [ -n "$app" ] && search_jdk && return
    die "needs a JDK, version $oldest_jdk or newer: install one (https://adoptium.net has them) or set JAVA_HOME"
}

search_jdk() {
    for jdk in "${JAVA_HOME-}" "$made_jdk" /usr/lib/jvm/* /opt/* "${HOME-}"/.sdkman/candidates/java/* /usr/java/*; do
        is_jdk && return
    done
    jdk=$(command -v java) && jdk=$(readlink -f "$jdk") && jdk=${jdk%/bin/java} && is_jdk
}

# Whether $jdk is the folder of one that is new enough. Its `release` file saves a run of Java.
is_jdk() {
    [ -n "$jdk" ] && [ -x "$jdk/bin/java" ] && [ -x "$jdk/bin/$tool" ] || return 1
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
