package dev.adit.protocol.tunnel;

/// The limits of the paper (§6.1), in nanoseconds or messages.
final class Limits {
    static final long SECOND = 1_000_000_000L;

    /// Messages after which the session is renewed.
    static final long REKEY_AFTER_MESSAGES = 1L << 60;

    /// Age after which the initiator renews the session when it sends.
    static final long REKEY_AFTER_TIME = 120 * SECOND;

    /// Age after which a session is not used at all.
    static final long REJECT_AFTER_TIME = 180 * SECOND;

    /// Duration for which unanswered initiations are repeated.
    static final long REKEY_ATTEMPT_TIME = 90 * SECOND;

    /// Time that an initiation waits for its response before it is repeated.
    static final long REKEY_TIMEOUT = 5 * SECOND;

    /// Time that received data may stay unanswered before a keepalive answers it.
    static final long KEEPALIVE_TIMEOUT = 10 * SECOND;

    /// Repetitions by the timer before a handshake is given up.
    static final int MAX_TIMER_HANDSHAKES = (int) (REKEY_ATTEMPT_TIME / REKEY_TIMEOUT);

    /// The most that is added at random to Rekey-Timeout, so that two sides do not repeat in step.
    static final long MAX_JITTER = SECOND / 3;

    /// Silence after which all keys are erased.
    static final long ZERO_KEYS_AFTER = 3 * REJECT_AFTER_TIME;

    /// Time that initiations may stay unanswered before the peer counts as silent.
    static final long SILENT_AFTER = 2 * REKEY_TIMEOUT;

    /// Age at which the initiator renews a session that it only receives on.
    static final long REKEY_ON_RECEIVE = REJECT_AFTER_TIME - KEEPALIVE_TIMEOUT - REKEY_TIMEOUT;

    /// Seconds without an answer to data after which a new handshake is tried.
    static final int STOPPED_HEARING_SECONDS = (int) ((KEEPALIVE_TIMEOUT + REKEY_TIMEOUT) / SECOND);

    /// [#ZERO_KEYS_AFTER] in seconds.
    static final int ZERO_KEYS_SECONDS = (int) (ZERO_KEYS_AFTER / SECOND);

    private Limits() {}
}
