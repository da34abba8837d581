package dev.adit.proxy.http;

/// A field of an HTTP message (RFC 9110 §5). Immutable.
///
/// @param name a token, as it was written
/// @param value without white space around it, in ISO 8859-1
record HttpField(String name, String value) {
    boolean isCalled(String other) {
        return name.equalsIgnoreCase(other);
    }
}
