# What the programs of compat/bin share that do our interfaces and leave everything else to the system's program of the
# same name. POSIX sh, to be sourced. Needs $program, the name of the program.

# ARGUMENT...: becomes the system's program of this name, with the same arguments.
pass_on() {
    if ! find_other; then
        printf '%s: %s\n' "$program" "not about an interface of Adit, and there is no other $program in PATH" >&2
        exit 1
    fi
    exec "$other" "$@"
}

# Sets $other to the system's program of this name; fails when there is none. Ours is never it, wherever it was linked or
# copied to, and in whatever checkout it lies.
find_other() {
    other=
    old_ifs=$IFS
    IFS=:
    set -f
    for folder in ${PATH-} /usr/local/sbin /usr/local/bin /usr/sbin /usr/bin /sbin /bin; do
        case $folder in /*) ;; *) continue ;; esac
        if [ -f "$folder/$program" ] && [ -x "$folder/$program" ] && ! is_adit "$folder/$program"; then
            other=$folder/$program
            break
        fi
    done
    set +f
    IFS=$old_ifs
    [ -n "$other" ]
}

# FILE: whether it is one of our programs, which say so in their second line.
is_adit() {
    head -n 2 "$1" 2>/dev/null | LC_ALL=C grep -q ' by Adit: '
}

# NAME: whether there is an interface of that name where we are.
is_there() {
    ip link show dev "$1" >/dev/null 2>&1
}

# NAME: whether it is an interface of ours, or a name that only ours have.
is_ours() {
    case $1 in '' | -* | */*) return 1 ;; esac
    if [ -S "/var/run/wireguard/$1.sock" ] || [ -e "/var/run/adit/$1.ifconfig" ]; then return 0; fi
    case $1 in
    wg | wg[0-9]*) ! is_there "$1" ;;
    *) return 1 ;;
    esac
}
