# Completion of adit, aditd, wg and wg-quick for bash: to be sourced, or linked to by those names from a folder like
# /usr/share/bash-completion/completions.

_adit_commands='show showconf set setconf addconf syncconf resolve genkey genpsk pubkey up down save strip ifconfig netstart wgconfig wg-keygen proxy nc wireproxy demo help --help --version'
_adit_ifconfig_words='create destroy up down debug -debug mtu inet inet6 alias -alias delete netmask broadcast prefixlen name group -group description -description rdomain -rdomain wgkey wgport wgrtable -wgrtable wgpeer -wgpeer -wgpeerall wgaip wgendpoint wgpka wgpsk -wgpsk wgdescr -wgdescr tunnelfib fib'
_adit_wg_commands='show showconf set setconf addconf syncconf genkey genpsk pubkey help --help --version'
_adit_fields='public-key private-key listen-port fwmark peers preshared-keys endpoints allowed-ips latest-handshakes transfer persistent-keepalive dump'
_adit_sockets=/var/run/wireguard
_adit_configurations=/etc/wireguard

# WORDS: those that begin with what is typed.
_adit_offer() {
    local word
    for word in $1; do
        [[ $word != "$cur"* ]] || COMPREPLY+=("$word")
    done
}

# PATTERN: files and folders, with a space after files only.
_adit_offer_files() {
    local file
    compopt -o filenames 2>/dev/null
    while IFS= read -r file; do
        if [[ -d $file || $file == $1 ]]; then COMPREPLY+=("$file"); fi
    done < <(compgen -f -- "$cur")
}

# The interfaces that have a daemon.
_adit_interfaces() {
    local socket
    for socket in "$_adit_sockets"/*.sock ${XDG_RUNTIME_DIR:+"$XDG_RUNTIME_DIR"/wireguard/*.sock}; do
        socket=${socket##*/}
        [[ $socket == '*.sock' ]] || printf '%s\n' "${socket%.sock}"
    done
}

# The tunnels that can be named without a path.
_adit_tunnels() {
    local file
    for file in "$_adit_configurations"/*.conf; do
        file=${file##*/}
        [[ $file == '*.conf' ]] || printf '%s\n' "${file%.conf}"
    done
}

# What follows `set INTERFACE`: words, and after each what it takes.
_adit_set() {
    local at=$1 word peer=''
    for word in "${COMP_WORDS[@]:at+1:COMP_CWORD-at-1}"; do
        [[ $word != peer ]] || peer=yes
    done
    case $prev in
    private-key | preshared-key) _adit_offer_files '*' ;;
    peer) _adit_offer "$("${COMP_WORDS[0]}" show "${COMP_WORDS[at]}" peers 2>/dev/null)" ;;
    fwmark | persistent-keepalive) _adit_offer off ;;
    listen-port | endpoint | allowed-ips) ;;
    *)
        if [[ $peer ]]; then
            _adit_offer 'peer remove preshared-key endpoint persistent-keepalive allowed-ips'
        else
            _adit_offer 'listen-port fwmark private-key peer'
        fi
        ;;
    esac
}

# NTH: what follows `proxy` and `nc`.
_adit_proxy() {
    if (($1 == 2)); then
        _adit_offer "$(_adit_tunnels)"
        _adit_offer_files '*.conf'
    elif [[ ${COMP_WORDS[1]} == proxy ]]; then
        case $prev in
        --users) _adit_offer_files '*' ;;
        --names) _adit_offer 'tunnel system tunnel-then-system' ;;
        --listen | --tcp | --udp | --serve | --dns | --health | --mtu) ;;
        *) _adit_offer '--listen --tcp --udp --serve --dns --health --users --names --mtu --open --check' ;;
        esac
    fi
}

# What follows `wireproxy`.
_adit_wireproxy() {
    case $prev in
    -c) _adit_offer_files '*.conf' ;;
    -i) ;;
    *) _adit_offer '-c -s -i -n -v' ;;
    esac
}

# COMMANDS EXTRA_FIELDS: the first word and what follows it.
_adit_words() {
    local nth=$COMP_CWORD
    if ((nth == 1)); then
        _adit_offer "$1"
        return
    fi
    case ${COMP_WORDS[1]} in
    proxy | nc) _adit_proxy "$nth" ;;
    wireproxy) _adit_wireproxy ;;
    show)
        ((nth != 2)) || _adit_offer "$(_adit_interfaces) all interfaces"
        if ((nth == 3)) && [[ $prev != interfaces ]]; then _adit_offer "$_adit_fields $2"; fi
        ;;
    set)
        if ((nth == 2)); then _adit_offer "$(_adit_interfaces)"; else _adit_set 2; fi
        ;;
    showconf) ((nth != 2)) || _adit_offer "$(_adit_interfaces)" ;;
    setconf | addconf | syncconf)
        ((nth != 2)) || _adit_offer "$(_adit_interfaces)"
        ((nth != 3)) || _adit_offer_files '*'
        ;;
    resolve)
        ((nth != 2)) || _adit_offer "$(_adit_interfaces)"
        if ((nth == 3)); then _adit_offer 'on off'; fi
        if ((nth > 2)); then
            _adit_offer "$("${COMP_WORDS[0]}" show "${COMP_WORDS[2]}" peers 2>/dev/null)"
            _adit_offer_files '*'
        fi
        ;;
    ifconfig)
        if ((nth == 2)); then
            _adit_offer "$(_adit_interfaces) -A -a wg --layout"
        elif [[ $prev == --layout ]]; then
            _adit_offer 'openbsd freebsd netbsd'
        else
            _adit_offer "$_adit_ifconfig_words"
        fi
        ;;
    netstart)
        if [[ $prev == --folder || $cur == */* ]]; then _adit_offer_files '*/hostname.*'; else _adit_offer '-n --folder'; fi
        ;;
    wgconfig) _adit_wgconfig ;;
    wg-keygen) ((nth != 2)) || _adit_offer '--pub --psk' ;;
    help) ((nth != 2)) || _adit_offer "$1" ;;
    up | down | save | strip) _adit_verb 1 ;;
    esac
}

# What follows `wgconfig`.
_adit_wgconfig() {
    case $COMP_CWORD:${COMP_WORDS[3]} in
    2:*) _adit_offer "$(_adit_interfaces)" ;;
    3:*) _adit_offer 'show set add delete' ;;
    4:show) _adit_offer 'all peer private-key' ;;
    4:set) _adit_offer 'private-key listen-port' ;;
    4:*) _adit_offer peer ;;
    5:set) [[ $prev != private-key ]] || _adit_offer_files '*' ;;
    6:show) _adit_offer --show-preshared-key ;;
    *:add) ((COMP_CWORD < 7)) || _adit_offer '--preshared-key= --endpoint= --allowed-ips=' ;;
    esac
}

# INDEX of the verb: its option, and tunnels.
_adit_verb() {
    local verb=${COMP_WORDS[$1]}
    case $verb in
    up | down) [[ $cur != -* ]] || _adit_offer '--dry-run' ;;
    esac
    [[ $cur != -* ]] || return
    case $verb in
    down | save) _adit_offer "$(_adit_interfaces)" ;;
    *) _adit_offer "$(_adit_tunnels)" ;;
    esac
    [[ $cur != */* ]] || _adit_offer_files '*.conf'
}

_adit() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
    COMPREPLY=()
    if ((COMP_CWORD > 1)) && [[ $cur == -* && ${COMP_WORDS[1]} != help ]]; then _adit_offer '--help'; fi
    _adit_words "$_adit_commands" 'drops offloads'
}

_adit_wg() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
    COMPREPLY=()
    _adit_words "$_adit_wg_commands" ''
}

_adit_wg_quick() {
    local cur=${COMP_WORDS[COMP_CWORD]}
    COMPREPLY=()
    case $COMP_CWORD in
    1) _adit_offer 'up down save strip --help' ;;
    *) _adit_verb 1 ;;
    esac
}

_aditd() {
    local cur=${COMP_WORDS[COMP_CWORD]}
    COMPREPLY=()
    case $cur in
    -*) _adit_offer '-f --foreground --version' ;;
    esac
}

complete -F _adit adit
complete -F _aditd aditd
# Those of wireguard-tools know their own words, and we get on with them.
if [[ $(type -P wg) == */compat/bin/wg || $(readlink -f "$(type -P wg)") == */compat/bin/wg ]]; then
    complete -F _adit_wg wg
    complete -F _adit_wg_quick wg-quick
else
    complete -p wg &>/dev/null || complete -F _adit_wg wg
    complete -p wg-quick &>/dev/null || complete -F _adit_wg_quick wg-quick
fi
