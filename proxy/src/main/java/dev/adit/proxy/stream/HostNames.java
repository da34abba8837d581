package dev.adit.proxy.stream;

/// Checks the hosts that clients ask for. Stateless.
public final class HostNames {

    /// Checks a name or address: 1 to 253 visible ASCII characters that may stand in one.
    ///
    /// @throws BadRequestException when it is none, without repeating it
    public static String check(String host) throws BadRequestException {
        if (!isOne(host)) throw new BadRequestException("not the name of a host");
        return host;
    }

    static boolean isOne(String host) {
        return !host.isEmpty()
                && host.length() <= MOST
                && host.chars().allMatch(HostNames::isAllowed);
    }

    private static boolean isAllowed(int c) {
        boolean isWord = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
        return isWord || c == '-' || c == '.' || c == '_' || c == ':' || c == '%';
    }

    private static final int MOST = 253;

    private HostNames() {}
}
