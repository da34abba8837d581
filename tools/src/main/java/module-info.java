/// The programs: aditd and adit.
module dev.adit.tools {
    requires dev.adit.device;
    requires dev.adit.os;

    uses dev.adit.device.io.BindFactory;
    uses dev.adit.device.io.TunFactory;

    provides System.LoggerFinder with
            dev.adit.tools.log.ConsoleLoggerFinder;
}
