import org.jspecify.annotations.NullMarked;

/// The programs: aditd and adit.
@NullMarked
module dev.adit.tools {
    requires dev.adit.device;
    requires dev.adit.libcrypto;
    requires dev.adit.os;
    requires dev.adit.proxy;
    requires static org.jspecify;

    uses dev.adit.ip.port.BindFactory;
    uses dev.adit.ip.port.TunFactory;

    provides System.LoggerFinder with
            dev.adit.tools.log.ConsoleLoggerFinder;
}
