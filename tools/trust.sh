# What root may run: POSIX sh, sourced by launch.sh when root calls, and by dist/install.sh.
#
# Who can change a file, or a folder above it, decides what root does when root runs it. What every user can change is
# refused. A checkout that belongs to another user is root's own choice, which is named once. A JDK is chosen for root,
# so it must be root's, or that user's who can change the checkout anyway.

# Looks at this checkout and its build. Sets $others, the users and groups besides root who can change it.
judge_checkout() {
    inspect "$root" "$root"/adit "$root"/aditd "$root"/mvnw "$root"/pom.xml "$root"/.mvn "$root"/tools "$root"/tools/*.sh \
        "$build" "$build"/current "$build/$app" "$build/$app"/* "$build/$app"/lib/* "$build/$app"/vector/*
    [ -z "$open" ] || die "root runs nothing that every user can change: $open"
    others=$found
    [ -z "$others" ] || name_others
}

# Tells of them, unless they were told of before.
name_others() {
    named=''
    [ ! -r "$build/named" ] || IFS= read -r named <"$build/named"
    [ "$named" != "$others" ] || return 0
    printf '%s: root runs what others can change:%s, in %s; dist/install.sh makes a copy that only root can change\n' \
        "${program##*/}" "$others" "$root" >&2
    [ ! -d "$build" ] || printf '%s\n' "$others" >"$build/named"
}

# Whether root may run $jdk. One that root has chosen before was looked at then, and only root can have changed it since.
may_run_jdk() {
    if [ "$jdk" = "$made_jdk" ] && [ -z "$others" ] && [ -O "$build/current" ]; then return; fi
    java=$(readlink -f "$jdk/bin/java") || return 1
    home=${java%/bin/java}
    inspect "$jdk" "$jdk/bin" "$jdk/bin/java" "$jdk/lib" \
        && [ -z "$open" ] && only_others_of_checkout \
        && inspect "$home" "$home/bin" "$java" "$home/release" "$home/lib" "$home/lib/modules" "$home/lib/libjli.so" \
            "$home/lib/jvm.cfg" "$home/lib/server" "$home/lib/server/libjvm.so" \
        && [ -z "$open" ] && only_others_of_checkout && return
    case $passed_over in *" $jdk"*) return 1 ;; esac
    passed_over="$passed_over $jdk"
    # A JDK that was asked for by name is missed.
    [ "$jdk" != "${JAVA_HOME-}" ] || printf '%s: passes over JAVA_HOME=%s, as root runs no Java that others can change%s\n' \
        "${program##*/}" "$jdk" "${open:+: $open}" >&2
    return 1
}

only_others_of_checkout() {
    for other in $found; do
        case " ${others-} " in *" $other "*) ;; *) return 1 ;; esac
    done
}

# FOLDER PATH...: sets $found, the users and groups besides root who can change the folder, one above it, or one of the
# paths in it that are there; and $open, one of all these that every user can change.
inspect() {
    folder=$1 found='' open='' owner_of_all=0
    while [ -n "$folder" ]; do
        set -- "$@" "$folder"
        folder=${folder%/*}
    done
    while read -r mode _ user group _ _ _ _ path; do
        # In a user namespace root's files may seem to be another's.
        [ "$path" != / ] || owner_of_all=$user
        case $user in '' | 0 | "$owner_of_all") ;; *) add "user-$user" ;; esac
        case $mode in
        # A link has no mode. In a folder with the sticky bit, others can only add.
        l* | d????????[tT]*) ;;
        ????????w*) open=$path ;;
        ?????w*) case $group in 0 | "$owner_of_all") ;; *) add "group-$group" ;; esac ;;
        esac
    done <<LISTING
$(LC_ALL=C ls -ldnq / "$@" 2>/dev/null)
LISTING
}

add() {
    case " $found " in *" $1 "*) ;; *) found="$found $1" ;; esac
}
