package org.transcriptpipeline.twilio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.transcriptpipeline.simulator.Sids;
import org.transcriptpipeline.twilio.TwilioClients.Account;

class TwilioClientsTest {

    private static final String EAST = Sids.account("east");
    private static final String WEST = Sids.account("west");
    private static final String SECRET = "secret-of-the-account";

    @Test
    void eachAccountWithASidAndASecretHasAClient() {
        var accounts = Map.of(
                "east", new Account(EAST, List.of("", SECRET), null, null, null),
                "west", new Account(WEST, List.of(), "SK1", SECRET, null),
                "without-secret", new Account(Sids.account("north"), List.of(), "", "", null),
                "rehearsal", new Account(Sids.account("south"), List.of(SECRET), null, null, false),
                "empty", new Account("", List.of(""), null, null, null));

        try (var clients = clients(accounts, null, 25)) {
            assertThat(clients.accountSids()).containsExactlyInAnyOrder(EAST, WEST);
            assertThat(clients.client(EAST)).isNotNull();
            assertThat(clients.client(Sids.account("north"))).isNull();
        }
    }

    @Test
    void whatCannotBeMeantIsNamedWithoutItsValue() {
        var east = new Account(EAST, List.of(SECRET), null, null, null);

        refuses(
                Map.of("bad", new Account("AC1", List.of(SECRET), null, null, null)),
                null,
                25,
                "accounts.bad needs sid");
        refuses(Map.of("half", new Account(EAST, List.of(), SECRET, null, null)), null, 25, "both of api-key and");
        refuses(Map.of("one", east, "other", east), null, 25, "repeats another entry's sid");
        refuses(Map.of("east", east), "https://user:" + SECRET + "@example.com", 25, "base-url");
        refuses(Map.of("east", east), "https://example.com/ " + SECRET, 25, "base-url");
        refuses(Map.of("east", east), null, 0, "requests-per-second");
    }

    @Test
    void anAccountPrintsNoSecret() {
        var account = new Account(EAST, List.of(SECRET), "SK1", SECRET, null);

        assertThat(new TwilioClients.Settings(Map.of("east", account), null).toString())
                .contains(EAST)
                .doesNotContain(SECRET)
                .doesNotContain("SK1");
    }

    private static void refuses(Map<String, Account> accounts, String baseUrl, int perSecond, String words) {
        assertThatThrownBy(() -> clients(accounts, baseUrl, perSecond))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(words)
                .satisfies(failure -> assertThat(org.junit.platform.commons.util.ExceptionUtils.readStackTrace(failure))
                        .doesNotContain(SECRET));
    }

    private static TwilioClients clients(Map<String, Account> accounts, String baseUrl, int perSecond) {
        return TwilioClients.of(
                new TwilioClients.Settings(accounts, new TwilioClients.Api(baseUrl, null, null, perSecond)),
                TwilioCalls.UNHEARD,
                Clock.systemUTC());
    }
}
