import org.jspecify.annotations.NullMarked;

/// A network in a program, for every other program: SOCKS and HTTP proxy, forwards.
@NullMarked
module dev.adit.proxy {
    requires transitive dev.adit.net;
    requires static org.jspecify;

    exports dev.adit.proxy;
}
