# How a build is made: POSIX sh, sourced by launch.sh where one is missing or no longer fits.

# Makes a build, or trains the one there is, and says on standard error what that is about to take.
renew() {
    if [ "$tool" != javac ] && has_sources; then
        die "is not built yet, which takes a whole JDK: there is no javac in $jdk"
    fi
    may_build || die "is not built yet: call $root/adit once as the owner of that folder"
    command -v flock >/dev/null || die 'needs flock, of the package util-linux, to build'
    # Others may read what is built, and only its owner may change it, whatever the caller's umask.
    umask go-w
    ! is_root || umask 022
    mkdir -p "$build" || exit 1
    (umask 077 && : >>"$build/lock") && chmod 600 "$build/lock" || exit 1
    {
        lock
        # Another caller may have built while this one waited.
        read_current
        if has_sources && { [ -z "$app" ] || ! sources_unchanged; }; then
            build_modules
        elif [ -z "$app" ]; then
            die "is damaged: install it again"
        elif ! cache_fits; then
            announce_training
            describe >"$build/current.new"
            touch -r "$build/current" "$build/current.new"
            train
        else
            return
        fi
        # Last, and all at once: whatever is interrupted before this has changed nothing.
        mv "$build/current.new" "$build/current" || exit 1
    } 9<"$build/lock"
    read_current
    for old in "$build"/app.*; do
        [ "$old" = "$build/$app" ] || rm -rf "$old"
    done
    hand_over
}

# Waits for another who builds, but not for good: the file may be held by one that hangs.
lock() {
    flock -n 9 && return
    begin_step 'waits for another build to end'
    waited=0
    until flock -n 9; do
        waited=$((waited + 1))
        if [ "$waited" -gt "$patience" ]; then
            end_step
            die "another build has held $build/lock for $patience seconds; \`fuser $build/lock' tells which process does"
        fi
        sleep 1
    done
    end_step
}

# Seconds to wait for another build, which takes a few minutes at the most.
patience=${ADIT_BUILD_PATIENCE:-600}

build_modules() {
    maven_home
    announce_build
    app=app.$$
    describe >"$build/current.new"
    begin_step '1 of 3: building'
    (cd "$root" && JAVA_HOME=$jdk HOME=$home \
        ./mvnw -q -B -DskipTests -Dexec.skip -Dmdep.skip -pl tools,vector -am package) >"$build/build.log" 2>&1 </dev/null 9<&- || {
        end_step
        cat "$build/build.log" >&2
        die 'the build failed, as told above'
    }
    end_step
    rm -rf "${build:?}/$app"
    mkdir -p "$build/$app/lib" "$build/$app/vector" || exit 1
    for module in ip protocol stack device net proxy vector libcrypto os tools; do
        if [ $module = vector ]; then folder=vector; else folder=lib; fi
        jar=
        for candidate in "$root/$module/target/adit-$module"-*.jar; do
            case $candidate in *-tests.jar | *-sources.jar | *-javadoc.jar) continue ;; esac
            if [ -z "$jar" ] || [ "$candidate" -nt "$jar" ]; then jar=$candidate; fi
        done
        cp "$jar" "$build/$app/$folder/" || exit 1
    done
    train
}

# Sets $home, where Maven keeps what it fetched: programs that it runs, so root takes none of another user's.
maven_home() {
    home=${HOME-}
    [ -n "$home" ] && [ -O "$home" ] || home=$build
    fetched=${MAVEN_USER_HOME:-$home/.m2}/repository
}

describe() {
    printf '%s\n' "$root" "$jdk" "$jdk_version" "$app"
}

# Runs through what the programs do and keeps what the JVM learned, of each program with its own flags. Nothing but the
# time to start depends on it.
train() {
    rm -f "${build:?}/$app/"adit*.*
    mkdir -p "$build/$app/bin"
    ln -sf "$jdk/bin/java" "$build/$app/bin/adit" && ln -sf "$jdk/bin/java" "$build/$app/bin/aditd"
    made_at=$root made_jdk=$jdk made_version=$jdk_version
    begin_step "$((steps - 1)) of $steps: a training run of the daemon"
    (train_daemon) >"$build/training.log" 2>&1 </dev/null 9<&-
    end_step
    begin_step "$steps of $steps: a training run of the tools"
    (train_tools) >>"$build/training.log" 2>&1 </dev/null 9<&-
    end_step
}

# In a shell of its own, as what follows.
train_daemon() {
    enter_app
    # The daemon takes part where it can have a network and a /run of its own. It calls a function of launch.sh, which
    # has the tools look at its interface.
    for before in 'unshare -nm' 'unshare -rnm' ''; do
        $before true && break
    done
    if [ -n "$before" ]; then
        # shellcheck disable=SC2016
        printf '%s\n' 'mount -t tmpfs tmpfs /run && ip link set up dev lo && exec "$@"' >stage
        before="$before sh stage"
        # shellcheck disable=SC2016
        (run_java "$daemon_flags -XX:AOTMode=record -XX:AOTConfiguration=aditd.aotconf" training.DaemonTraining \
            sh -c '. "$root/tools/launch.sh" && "$@"' sh)
        before=
    fi
    if [ -r aditd.aotconf ]; then
        main=training.DaemonTraining
        choose_modules
        (run_java "$daemon_flags -XX:AOTMode=create -XX:AOTConfiguration=aditd.aotconf -XX:AOTCache=$daemon_cache" $main)
    fi
}

train_tools() {
    enter_app
    [ -r adit.classlist ] || list_tool_classes
    (run_java "$tool_flags -Xshare:dump -XX:SharedClassListFile=adit.classlist -XX:SharedArchiveFile=adit.jsa \
        -XX:+AOTClassLinking" ToolTraining)
    rm -f aditd.aotconf adit.classlist stage
}

enter_app() {
    cd "$build/$app" || exit 1
    unset ADIT_JAVA_OPTS JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS
    export root program jdk app
}

# What root made in another user's folder becomes that user's.
hand_over() {
    ! is_root || [ -O "$root" ] || chown -R "$(stat -c %u:%g "$root")" "$build" "$root"/*/target "$root/target"
}

# --- What it says meanwhile ---

announce_build() {
    steps=3
    if [ -d "$fetched/org/apache/maven" ]; then
        say 'building, as on first use and whenever sources change: about a minute and a half'
        return
    fi
    say 'building, as on first use: fetches 62 MB from Maven Central, builds, and trains Java for short starts.
This takes about two minutes and the time of the download, once'
    expected=62
}

announce_training() {
    steps=2
    say 'training Java for short starts, as in a new place and after an update of Java: about 40 seconds, once'
}

say() {
    printf '%s: %s\n' "${program##*/}" "$1" >&2
}

# TITLE: a line on standard error; on a terminal one that tells how long the step has taken, up to end_step.
begin_step() {
    ticker=''
    if [ ! -t 2 ]; then
        say "$1 ..."
        return
    fi
    (tick "$1") >/dev/null </dev/null 9<&- &
    ticker=$!
}

end_step() {
    [ -n "$ticker" ] || return 0
    kill "$ticker"
    wait "$ticker" 2>/dev/null
    ticker='' expected=''
    printf '\r\033[K' >&2
}

# TITLE: changes the line each second as long as the launcher lives.
tick() {
    trap 'exit 0' TERM
    seconds=0 amount='' before_it=0
    [ -z "${expected-}" ] || before_it=$(megabytes)
    while kill -0 $$ 2>/dev/null; do
        [ -z "${expected-}" ] || amount=", $(($(megabytes) - before_it)) of $expected MB"
        printf '\r%s: %s ... %s s%s\033[K' "${program##*/}" "$1" "$seconds" "$amount" >&2
        sleep 1
        seconds=$((seconds + 1))
    done
}

# How much Maven has fetched.
megabytes() {
    size=$(du -sk "$fetched" 2>/dev/null) || size=0
    size=${size%%[!0-9]*}
    echo $((${size:-0} / 1024))
}
