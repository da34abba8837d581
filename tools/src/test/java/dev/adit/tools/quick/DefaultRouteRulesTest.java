package dev.adit.tools.quick;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DefaultRouteRulesTest {

    @Test
    void addsTheMarkedRuleFirstSoThatTheOtherComesBeforeIt() {
        assertThat(DefaultRouteRules.add("-6", 51820).stream().map(Step::echo))
                .containsExactly(
                        "ip -6 rule add not fwmark 51820 table 51820",
                        "ip -6 rule add table main suppress_prefixlength 0");
    }

    @Test
    void deletesThePairOfItsTable() {
        String listing =
                """
                0:	from all lookup local
                32764:	from all lookup main suppress_prefixlength 0
                32765:	not from all fwmark 0xca6c lookup 51820
                32766:	from all lookup main
                """;
        assertThat(delete(51820, listing))
                .isEqualTo(
                        """
                        ip -4 rule delete pref 32764 table main suppress_prefixlength 0
                        ip -4 rule delete pref 32765 table 51820
                        """);
    }

    @Test
    void leavesTheRulesOfOtherTunnels() {
        assertThat(delete(51820, TWO))
                .isEqualTo(
                        """
                        ip -4 rule delete pref 32764 table main suppress_prefixlength 0
                        ip -4 rule delete pref 32765 table 51820
                        """);
        assertThat(delete(51821, TWO))
                .isEqualTo(
                        """
                        ip -4 rule delete pref 32762 table main suppress_prefixlength 0
                        ip -4 rule delete pref 32763 table 51821
                        """);
    }

    @Test
    void leavesAnothersSecondRuleWhenItsOwnIsMissing() {
        String listing =
                """
                32763:	from all lookup main suppress_prefixlength 0
                32764:	not from all fwmark 0xca6d lookup 51821
                32765:	not from all fwmark 0xca6c lookup 51820
                """;
        assertThat(delete(51820, listing)).isEqualTo("ip -4 rule delete pref 32765 table 51820\n");
    }

    @Test
    void leavesRulesThatOnlyLookAlike() {
        String listing =
                """
                100:	from 192.0.2.0/24 lookup 51820
                101:	not from all fwmark 0x1 lookup 51820
                102:	from all fwmark 0xca6c lookup 51820
                103:	from all lookup main suppress_prefixlength 8
                104:	not from all fwmark 0xca6c lookup 518200
                """;
        assertThat(delete(51820, listing)).isEmpty();
    }

    @Test
    void takesMarksAsUnsigned() {
        String listing = "9:\tnot from all fwmark 0xffffffff lookup 4294967295\n";
        assertThat(delete(-1, listing)).isEqualTo("ip -4 rule delete pref 9 table 4294967295\n");
    }

    private static String delete(int table, String listing) {
        return new Plan(DefaultRouteRules.delete("-4", table, listing)).print().replace("[#] ", "");
    }

    private static final String TWO =
            """
            0:	from all lookup local
            32762:	from all lookup main suppress_prefixlength 0
            32763:	not from all fwmark 0xca6d lookup 51821
            32764:	from all lookup main suppress_prefixlength 0
            32765:	not from all fwmark 0xca6c lookup 51820
            32766:	from all lookup main
            32767:	from all lookup default
            """;
}
