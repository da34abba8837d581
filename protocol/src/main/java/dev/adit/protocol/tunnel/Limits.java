package dev.adit.protocol.tunnel;

/// The paper's limits (§6.1), in nanoseconds or in messages.
final class Limits {
    static final long SECOND = 1_000_000_000L;

    /// After this many messages the session is renewed.
    static final long REKEY_AFTER_MESSAGES = 1L << 60;

    /// After this time the initiator renews the session when it sends.
    static final long REKEY_AFTER_TIME = 120 * SECOND;

    /// After this time a session is used for nothing.
    static final long REJECT_AFTER_TIME = 180 * SECOND;

    /// How long unanswered initiations are repeated.
    static final long REKEY_ATTEMPT_TIME = 90 * SECOND;

    /// How long an initiation waits for its response before it is repeated.
    static final long REKEY_TIMEOUT = 5 * SECOND;

    /// How long data may stay unanswered before a keepalive answers it.
    static final long KEEPALIVE_TIMEOUT = 10 * SECOND;

    /// Repetitions by the timer before a handshake is given up.
    static final int MAX_TIMER_HANDSHAKES = (int) (REKEY_ATTEMPT_TIME / REKEY_TIMEOUT);

    /// Up to this much is added to Rekey-Timeout, so that two sides do not repeat in step.
    static final long MAX_JITTER = SECOND / 3;

    /// Silence after which all keys are erased.
    static final long ZERO_KEYS_AFTER = 3 * REJECT_AFTER_TIME;

    /// How long initiations may stay unanswered before the peer counts as silent.
    static final long SILENT_AFTER = 2 * REKEY_TIMEOUT;

    /// Age at which the initiator renews a session that it only receives on.
    static final long REKEY_ON_RECEIVE = REJECT_AFTER_TIME - KEEPALIVE_TIMEOUT - REKEY_TIMEOUT;

    /// Seconds without an answer to data after which a new handshake is tried.
    static final int STOPPED_HEARING_SECONDS = (int) ((KEEPALIVE_TIMEOUT + REKEY_TIMEOUT) / SECOND);

    /// [#ZERO_KEYS_AFTER] in seconds.
    static final int ZERO_KEYS_SECONDS = (int) (ZERO_KEYS_AFTER / SECOND);

    private Limits() {}
}
