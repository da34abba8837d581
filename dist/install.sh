#!/bin/sh
# Installs a copy of this checkout's build on the system, and makes its tunnels known to systemd or init. See
# adit-service(8), docs/adit-service.md.

usage() {
    cat <<'TEXT'
Usage: dist/install.sh [--prefix FOLDER] [--compat] [--remove]

  --prefix FOLDER  where lib/adit, sbin, share/man and the completion go; /usr/local if not given
  --compat         the names of other programs as well (wg, wg-quick, ...), where no other program has such a name
  --remove         takes away what an installation with the same prefix made

DESTDIR in the environment is put before every path. Calling it again upgrades: what runs goes on with the old copy.
TEXT
}

program=install.sh

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
home=$prefix/lib/adit # its copies, each in a folder of its own, and `current`, a link to the one in use
umask 022

# --- What is another's ---

# Whether PATH is free, or ours: a link into our copies or, of older installations, to a checkout.
is_ours() {
    [ ! -e "$1" ] && [ ! -L "$1" ] && return 0
    case $(readlink "$1") in "$root"/* | "$home"/*) return 0 ;; esac
    [ -f "$1" ] && [ ! -L "$1" ] && grep -q '^Description=.* by Adit$' "$1"
}

# TARGET LINK
link() {
    place=$destination$2
    if ! is_ours "$place"; then
        echo "install.sh: leaves $place alone, which is another's" >&2
        return
    fi
    if [ -n "$remove" ]; then
        rm -f "$place"
        return
    fi
    put_link "$home/current/$1" "$place"
    echo "$place"
}

# NAME: a systemd unit, which is a file as it says where adit is.
unit() {
    place=$destination/etc/systemd/system/$1
    is_ours "$place" || die "$place is another's"
    if [ -n "$remove" ]; then
        rm -f "$place"
        return
    fi
    mkdir -p "${place%/*}" \
        && sed "s|/usr/local/sbin/adit|$prefix/sbin/adit|g" "$root/dist/systemd/$1" >"$place.new" \
        && replace "$place.new" "$place" || exit 1
    echo "$place"
}

# TARGET LINK: makes a link, in the place of another at once: a program may be called by it right now.
put_link() {
    # A link cannot be replaced at once by ln, but by mv.
    mkdir -p "${2%/*}" && rm -f "$2.new" && ln -s "$1" "$2.new" && replace "$2.new" "$2" || exit 1
}

# FILE PLACE: moves a file to the place of another, and not into the folder that a link there leads to.
replace() {
    mv -T "$1" "$2" 2>/dev/null || mv -h "$1" "$2" 2>/dev/null || { rm -f "$2" && mv "$1" "$2"; }
}

# --- The copy ---

# Sets $app, the build in use; $build is its folder.
choose_build() {
    ADIT_JAVA_OPTS='' "$root/adit" --version >/dev/null || die 'adit does not run here, as told above'
    build=$root/.build
    {
        read -r _
        read -r _
        read -r _
        read -r app
    } <"$build/current"
    [ -d "$build/$app/lib" ] || die "there is no build in $build"
}

# What root will run must not be in a place that others can change.
check_place() {
    [ "$(id -u)" = 0 ] || return 0
    . "$root/tools/trust.sh"
    above=$destination$home
    while [ ! -d "$above" ]; do above=${above%/*}; done
    inspect "${above%/}"
    [ -z "$open$found" ] || die "will not install there, where others can change what root runs:$found${open:+ everyone, $open}"
}

# Copies what runs, and no source, to a new folder, trains Java in it, and makes it the one in use at once.
copy() {
    newest=0
    for old in "$destination$home"/*; do
        old=${old##*/}
        case $old in '' | *[!0-9]*) continue ;; esac
        if [ "$old" -gt "$newest" ]; then newest=$old; fi
    done
    number=$((newest + 1))
    copy=$destination$home/$number
    mkdir -p "$copy/tools" "$copy/.build/$app" "$copy/compat" "$copy/docs" || exit 1
    trap 'rm -rf "$copy"' EXIT
    (
        cd "$root" \
            && cp adit aditd LICENSE SECURITY.md "$copy" \
            && cp tools/*.sh "$copy/tools" \
            && cp -R compat/bin "$copy/compat" \
            && cp -R dist "$copy" && rm "$copy/dist/install.sh" \
            && cp -R docs/man "$copy/docs" \
            && cp -R "$build/$app/lib" "$build/$app/vector" "$copy/.build/$app"
    ) || exit 1
    chmod -R go-w,a+rX "$copy"
    # No place, no JDK: the first that runs there trains Java.
    printf '%s\n' 'not trained yet' '' '' "$app" >"$copy/.build/current"
    [ -n "$destination" ] || "$copy/adit" --version >/dev/null || die 'adit does not run there, as told above'
    put_link "$number" "$destination$home/current"
    trap - EXIT
    remove_old
    echo "$copy"
}

# All copies but the new one and the one before, from which a program may be starting right now. Daemons keep their
# files open.
remove_old() {
    for old in "$destination$home"/*; do
        case ${old##*/} in *[!0-9]* | "$number" | "$newest") continue ;; esac
        rm -rf "$old"
    done
}

# --- All of it ---

if [ -z "$remove" ]; then
    check_place
    choose_build
    copy
fi

link adit "$prefix/sbin/adit"
link aditd "$prefix/sbin/aditd"
for page in "$root"/docs/man/*.[0-9]; do
    link "docs/man/${page##*/}" "$prefix/share/man/man${page##*.}/${page##*/}"
done
completions=$prefix/share/bash-completion/completions
link dist/completion/adit.bash "$completions/adit"
link dist/completion/adit.bash "$completions/aditd"
if [ -n "$compat$remove" ]; then
    for name in "$root"/compat/bin/*; do
        name=${name##*/}
        other=$(command -v "$name") || other=
        [ -z "$other" ] || [ -n "$destination" ] || is_ours "$other" || {
            [ -n "$remove" ] || echo "install.sh: leaves $name alone: there is $other" >&2
            continue
        }
        link "compat/bin/$name" "$prefix/bin/$name"
    done
    link dist/completion/adit.bash "$completions/wg"
    link dist/completion/adit.bash "$completions/wg-quick"
fi
# A folder for units may be there without a systemd that runs, and then the script is what starts tunnels.
if [ -n "$remove" ] || [ -d "$destination/etc/systemd/system" ] || [ -d "$destination/run/systemd/system" ]; then
    for unit in "$root"/dist/systemd/*; do
        unit "${unit##*/}"
    done
    for users in "$root"/dist/sysusers.d/*.conf; do
        [ ! -f "$users" ] || link "dist/sysusers.d/${users##*/}" "$prefix/lib/sysusers.d/${users##*/}"
    done
fi
if [ -n "$remove" ] || [ ! -d "$destination/run/systemd/system" ]; then
    case $(uname -s) in
    *BSD | DragonFly) link dist/rc.d/adit "$prefix/etc/rc.d/adit" ;;
    *) link dist/rc.d/adit /etc/init.d/adit ;;
    esac
fi
# Makes the user of aditd@.service; one that is there is left as it is.
[ -n "$destination$remove" ] || [ ! -d /run/systemd/system ] || ! command -v systemd-sysusers >/dev/null || systemd-sysusers adit.conf
if [ -n "$remove" ] && [ -L "$destination$home/current" ]; then rm -rf "$destination${home:?}"; fi
[ -n "$destination" ] || ! command -v systemctl >/dev/null || [ ! -d /run/systemd/system ] || systemctl daemon-reload
