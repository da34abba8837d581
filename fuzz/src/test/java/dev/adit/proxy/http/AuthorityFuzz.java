package dev.adit.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.fuzz.Input;
import dev.adit.fuzz.Target;
import dev.adit.proxy.stream.BadRequestException;
import dev.adit.proxy.stream.HostPort;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A host with its port: accepted just when a regular expression does, and the same when printed
/// and parsed again.
public final class AuthorityFuzz implements Target {
    @Override
    public void take(byte[] bytes) throws BadRequestException {
        Input input = new Input(bytes);
        int port = input.flag() ? Authority.DEFAULT : -1;
        String text = StrictMessage.text(input.rest());
        Matcher strict = STRICT.matcher(text);
        boolean isOne = strict.matches();
        int number =
                !isOne ? 0 : strict.group(3) == null ? port : Integer.parseInt(strict.group(3));
        Authority authority;
        try {
            authority = Authority.parse(text, port);
        } catch (BadRequestException refused) {
            assertThat(refused).hasMessage("not a host and a port");
            assertThat(number).matches(n -> n <= 0 || n > 65_535);
            return;
        }
        String host = strict.group(1) == null ? strict.group(2) : strict.group(1);
        assertThat(authority.host()).isEqualTo(host);
        assertThat(authority.port()).isEqualTo(number).isBetween(1, 65_535);
        assertThat(HostPort.parse(authority.end().toString(), -1)).contains(authority.end());
        assertThat(Authority.parse(authority.field(), Authority.DEFAULT)).isEqualTo(authority);
        assertThat(authority.isSame(Authority.parse(authority.field(), 80))).isTrue();
    }

    private static final String WORD = "[A-Za-z0-9._%-]";
    private static final Pattern STRICT =
            Pattern.compile(
                    "(?:\\[((?=[^\\]]*:)[A-Za-z0-9._%:-]{1,253})\\]|("
                            + WORD
                            + "{1,253}))"
                            + "(?::([0-9]{1,5}))?");
}
