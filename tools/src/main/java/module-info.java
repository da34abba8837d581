/// The programs: aditd and adit.
module dev.adit.tools {
    requires dev.adit.device;
    requires dev.adit.libcrypto;
    requires dev.adit.os;

    uses dev.adit.ip.port.BindFactory;
    uses dev.adit.ip.port.TunFactory;

    provides System.LoggerFinder with
            dev.adit.tools.log.ConsoleLoggerFinder;
}
