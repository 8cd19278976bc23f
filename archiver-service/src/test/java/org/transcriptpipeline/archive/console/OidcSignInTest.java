package org.transcriptpipeline.archive.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.transcriptpipeline.archive.RunningArchiver;

/// The whole dance, with a provider that vouches for whom the test names.
class OidcSignInTest {

    private static OidcProvider provider;
    private static RunningArchiver archiver;

    private Visitor browser;

    @BeforeAll
    static void start() throws Exception {
        provider = new OidcProvider();
        archiver = new RunningArchiver(
                "--transcripts.console.oidc.issuer=" + provider.issuer(),
                "--transcripts.console.oidc.client-id=" + OidcProvider.CLIENT_ID,
                "--transcripts.console.oidc.client-secret=" + OidcProvider.CLIENT_SECRET,
                "--transcripts.console.oidc.groups.leads.team=*",
                "--transcripts.console.oidc.groups.leads.role=admin",
                "--transcripts.console.oidc.groups.desk.team=that-sees-nothing");
    }

    @AfterAll
    static void stop() {
        archiver.close();
        provider.close();
    }

    @BeforeEach
    void begin() {
        browser = new Visitor(archiver.url());
    }

    @Test
    void whoIsInAGroupIsSignedInWithItsRole() throws Exception {
        provider.vouchFor("ada", List.of("others", "leads"));

        var answer = dance();

        assertThat(answer.statusCode()).isEqualTo(303);
        assertThat(browser.get("/").body()).contains(">ada<");
        assertThat(browser.get("/overview").statusCode()).isEqualTo(200);
    }

    @Test
    void theTeamOfTheGroupHolds() throws Exception {
        provider.vouchFor("ben", "desk");

        dance();

        assertThat(browser.get("/").body()).contains(">ben<", "There is no conversation yet.");
    }

    @Test
    void whoIsInNoneOfTheGroupsIsNotLetIn() throws Exception {
        provider.vouchFor("eve", List.of("others"));

        var answer = dance();

        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.body()).contains("nobody has let you in here");
        assertThat(browser.get("/").statusCode()).isEqualTo(303);
    }

    @Test
    void aTokenThatAnotherSignedIsRefused() throws Exception {
        try (var impostor = new OidcProvider();
                var other = new RunningArchiver(
                        "--transcripts.console.oidc.issuer=" + impostor.issuer(),
                        "--transcripts.console.oidc.client-id=" + OidcProvider.CLIENT_ID,
                        "--transcripts.console.oidc.client-secret=" + OidcProvider.CLIENT_SECRET,
                        "--transcripts.console.oidc.groups.leads.team=*")) {
            impostor.vouchFor("ada", "leads");
            impostor.isImpersonated();
            browser.at(other.url());

            var answer = dance();

            assertThat(answer.statusCode()).isEqualTo(401);
            assertThat(browser.get("/").statusCode()).isEqualTo(303);
        }
    }

    @Test
    void anAnswerThatNobodyAskedForIsRefused() throws Exception {
        var answer = browser.get("/login/oauth2/code/oidc?code=guessed&state=guessed");

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(browser.get("/").statusCode()).isEqualTo(303);
    }

    @Test
    void aSessionDoesNotOutliveItsGroup() throws Exception {
        provider.vouchFor("cyd", "leads");
        dance();
        assertThat(browser.get("/").statusCode()).isEqualTo(200);

        try (var without = new RunningArchiver()) {
            browser.at(without.url());
            assertThat(browser.get("/").statusCode()).isEqualTo(303);
        }
    }

    @Test
    void aGroupWithoutATeamStopsTheStart() {
        assertThatThrownBy(() -> new OidcProperties(
                        "https://login.example.com",
                        "id",
                        "secret",
                        "name",
                        "groups",
                        Map.of("desk", new OidcProperties.Group(null, Role.VIEWER))))
                .hasMessageContaining("team");
        assertThatThrownBy(
                        () -> new OidcProperties("https://login.example.com", "id", null, "name", "groups", Map.of()))
                .hasMessageContaining("client-id and client-secret");
    }

    /// From the page of the sign-in to the provider and back.
    ///
    /// @return what the last step of it answered
    private HttpResponse<String> dance() throws Exception {
        assertThat(browser.get("/sign-in").body()).contains("oauth2/authorization/oidc");
        var toProvider = browser.get("/oauth2/authorization/oidc");
        var back = browser.get(location(toProvider));
        return browser.get(URI.create(location(back)).getRawPath() + "?"
                + URI.create(location(back)).getRawQuery());
    }

    private static String location(HttpResponse<String> answer) {
        return answer.headers().firstValue("Location").orElseThrow();
    }
}
