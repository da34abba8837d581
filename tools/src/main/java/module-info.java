/// The programs: aditd and adit.
module dev.adit.tools {
    requires dev.adit.device;
    requires dev.adit.os;
}
