package dev.adit.device.uapi;

import dev.adit.ip.port.ErrnoException;

/// The error numbers of UAPI, with Linux's numbers and messages.
enum UapiErrno {
    EPERM(1, "Operation not permitted"),
    ENOENT(2, "No such file or directory"),
    EINTR(4, "Interrupted system call"),
    EIO(5, "Input/output error"),
    EBADF(9, "Bad file descriptor"),
    ENOMEM(12, "Cannot allocate memory"),
    EACCES(13, "Permission denied"),
    EBUSY(16, "Device or resource busy"),
    EEXIST(17, "File exists"),
    ENODEV(19, "No such device"),
    EINVAL(22, "Invalid argument"),
    ENFILE(23, "Too many open files in system"),
    EMFILE(24, "Too many open files"),
    ENOSPC(28, "No space left on device"),
    EPROTO(71, "Protocol error"),
    EMSGSIZE(90, "Message too long"),
    EOPNOTSUPP(95, "Operation not supported"),
    EAFNOSUPPORT(97, "Address family not supported by protocol"),
    EADDRINUSE(98, "Address already in use"),
    EADDRNOTAVAIL(99, "Cannot assign requested address"),
    ENETDOWN(100, "Network is down"),
    ENETUNREACH(101, "Network is unreachable"),
    ENOBUFS(105, "No buffer space available"),
    ECONNREFUSED(111, "Connection refused");

    private final int number;
    private final String text;

    UapiErrno(int number, String text) {
        this.number = number;
        this.text = text;
    }

    int number() {
        return number;
    }

    /// The failure of `function` with this error.
    ErrnoException of(String function) {
        return new ErrnoException(function, number, name() + ": " + text);
    }

    /// The failure of `function` with the error of that number.
    static ErrnoException of(String function, int number) {
        for (UapiErrno errno : values()) {
            if (errno.number == number) return errno.of(function);
        }
        return new ErrnoException(function, number, "Unknown error " + number);
    }
}
