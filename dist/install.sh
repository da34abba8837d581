#!/bin/sh
# Makes this checkout known to the system by links, and its tunnels to systemd or init. See adit-service(8),
# docs/adit-service.md.

usage() {
    cat <<'TEXT'
Usage: dist/install.sh [--prefix FOLDER] [--compat] [--remove]

  --prefix FOLDER  where sbin, share/man and the completion go; /usr/local if not given
  --compat         wg, wg-quick, wgconfig and wg-keygen as well, where no other program has such a name
  --remove         takes away what an installation with the same prefix made

DESTDIR in the environment is put before every path. The checkout stays where it is and is what runs.
TEXT
}

die() {
    echo "install.sh: $1" >&2
    exit 1
}

prefix=/usr/local compat='' remove=''
while [ $# -gt 0 ]; do
    case $1 in
    --prefix)
        [ $# -gt 1 ] || die '--prefix needs a folder'
        prefix=$2
        shift
        ;;
    --compat) compat=yes ;;
    --remove) remove=yes ;;
    -h | --help)
        usage
        exit 0
        ;;
    *)
        usage >&2
        exit 1
        ;;
    esac
    shift
done
case $prefix in /*) ;; *) die '--prefix needs an absolute path' ;; esac
root=$(CDPATH='' cd -P -- "$(dirname -- "$0")/.." && pwd -P) || exit 1
destination=${DESTDIR-}

# Whether PATH is free, or ours.
is_ours() {
    [ ! -e "$1" ] && [ ! -L "$1" ] && return 0
    case $(readlink "$1") in "$root"/*) return 0 ;; esac
    [ -f "$1" ] && [ ! -L "$1" ] && grep -q '^Description=.* by Adit$' "$1"
}

# TARGET LINK
link() {
    place=$destination$2
    if ! is_ours "$place"; then
        echo "install.sh: leaves $place alone, which is another's" >&2
        return
    fi
    rm -f "$place"
    [ -z "$remove" ] || return 0
    mkdir -p "${place%/*}" && ln -s "$root/$1" "$place" || exit 1
    echo "$place"
}

# NAME: a systemd unit, which is a file as it says where adit is.
unit() {
    place=$destination/etc/systemd/system/$1
    is_ours "$place" || die "$place is another's"
    rm -f "$place"
    [ -z "$remove" ] || return 0
    mkdir -p "${place%/*}" && sed "s|/usr/local/sbin/adit|$prefix/sbin/adit|g" "$root/dist/systemd/$1" >"$place" || exit 1
    echo "$place"
}

link adit "$prefix/sbin/adit"
link aditd "$prefix/sbin/aditd"
for page in "$root"/docs/man/*.[0-9]; do
    link "docs/man/${page##*/}" "$prefix/share/man/man${page##*.}/${page##*/}"
done
completions=$prefix/share/bash-completion/completions
link dist/completion/adit.bash "$completions/adit"
link dist/completion/adit.bash "$completions/aditd"
if [ -n "$compat$remove" ]; then
    for name in wg wg-quick wgconfig wg-keygen; do
        other=$(command -v "$name") || other=
        [ -z "$other" ] || [ -n "$destination" ] || is_ours "$other" || {
            echo "install.sh: leaves $name alone: there is $other" >&2
            continue
        }
        link "compat/bin/$name" "$prefix/bin/$name"
    done
    link dist/completion/adit.bash "$completions/wg"
    link dist/completion/adit.bash "$completions/wg-quick"
fi
if [ -n "$remove" ] || [ -d "$destination/etc/systemd/system" ] || [ -d "$destination/run/systemd/system" ]; then
    unit adit@.service
    unit aditd@.service
    link dist/sysusers.d/adit.conf "$prefix/lib/sysusers.d/adit.conf"
    unit adit.target
fi
if [ -n "$remove" ] || [ ! -d "$destination/etc/systemd/system" ]; then
    case $(uname -s) in
    *BSD | DragonFly) link dist/rc.d/adit "$prefix/etc/rc.d/adit" ;;
    *) link dist/rc.d/adit /etc/init.d/adit ;;
    esac
fi
[ -n "$remove$destination" ] || "$root/adit" --version >/dev/null || die 'adit does not run here, as told above'
# Makes the user of aditd@.service; one that is there is left as it is.
[ -n "$destination$remove" ] || [ ! -d /run/systemd/system ] || ! command -v systemd-sysusers >/dev/null || systemd-sysusers adit.conf
[ -n "$destination" ] || ! command -v systemctl >/dev/null || [ ! -d /run/systemd/system ] || systemctl daemon-reload
