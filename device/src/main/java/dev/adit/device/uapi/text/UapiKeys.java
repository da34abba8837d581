package dev.adit.device.uapi.text;

/// Names of the keys in UAPI text, such as `private_key`.
final class UapiKeys {
    static final String PRIVATE_KEY = "private_key";
    static final String LISTEN_PORT = "listen_port";
    static final String FWMARK = "fwmark";
    static final String REPLACE_PEERS = "replace_peers";

    // Adit's own keys, which are not in an answer to `get`.
    static final String LINK = "link";
    static final String SOCKET_FAILURE = "socket_failure";
    static final String DEBUG = "debug";
    static final String DESCRIPTION = "description";
    static final String OFFLOAD = "offload";
    static final String NUMBER = "number";
    static final String ENDPOINT_NAME = "endpoint_name";
    static final String RESOLVE_NAMES = "resolve_names";
    static final String MOVED = "moved";
    static final String FAILURE = "failure";

    static final String PUBLIC_KEY = "public_key";
    static final String REMOVE = "remove";
    static final String UPDATE_ONLY = "update_only";
    static final String PRESHARED_KEY = "preshared_key";
    static final String PROTOCOL_VERSION = "protocol_version";
    static final String ENDPOINT = "endpoint";
    static final String PERSISTENT_KEEPALIVE = "persistent_keepalive_interval";
    static final String REPLACE_ALLOWED_IPS = "replace_allowed_ips";
    static final String ALLOWED_IP = "allowed_ip";
    static final String LAST_HANDSHAKE_SEC = "last_handshake_time_sec";
    static final String LAST_HANDSHAKE_NSEC = "last_handshake_time_nsec";
    static final String TX_BYTES = "tx_bytes";
    static final String RX_BYTES = "rx_bytes";

    private UapiKeys() {}
}
