package org.transcriptpipeline.cli.doctor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.transcriptpipeline.cli.Run;
import org.transcriptpipeline.simulator.Parameter;
import org.transcriptpipeline.simulator.Sids;
import org.transcriptpipeline.simulator.Signature;

/// Signs with the simulator's own HMAC, changes the request on its way, and asks what happened to it.
class DoctorTest {

    private static final String ACCOUNT = Sids.account("doctor");
    private static final String TOKEN = "a-token-of-the-doctor";
    private static final String SECOND_TOKEN = "a-second-token-of-the-doctor";
    private static final String BASE = "https://hooks.example.com";
    private static final String PATH = "/webhooks/conversations";
    private static final String WORDS = "the words of a customer";

    private static final List<Parameter> MESSAGE_ADDED = List.of(
            new Parameter("AccountSid", ACCOUNT),
            new Parameter("EventType", "onMessageAdded"),
            new Parameter("RetryCount", "0"),
            new Parameter("Source", "SMS"),
            new Parameter("ConversationSid", Sids.of("CH", "doctor")),
            new Parameter("MessageSid", Sids.of("IM", "doctor")),
            new Parameter("MessagingServiceSid", Sids.of("MG", "doctor")),
            new Parameter("Index", "7"),
            new Parameter("DateCreated", "2026-03-02T14:05:09.611Z"),
            new Parameter("Body", WORDS),
            new Parameter("Author", "+12025550143"),
            new Parameter("ParticipantSid", Sids.of("MB", "doctor")),
            new Parameter("Media", ""),
            new Parameter("Attributes", "{}"));

    private static final List<Parameter> STATUS = List.of(
            new Parameter("AccountSid", ACCOUNT),
            new Parameter("MessageSid", Sids.of("SM", "doctor")),
            new Parameter("SmsSid", Sids.of("SM", "doctor")),
            new Parameter("MessageStatus", "delivered"),
            new Parameter("SmsStatus", "delivered"),
            new Parameter("From", "+12025550199"),
            new Parameter("To", "+12025550143"),
            new Parameter("ApiVersion", "2010-04-01"));

    private static final Run.Setting SETTING =
            Run.Setting.of(Map.of("TWILIO_ACCOUNT_SID", ACCOUNT, "TWILIO_AUTH_TOKEN", TOKEN, "PUBLIC_BASE_URL", BASE));

    /// @param signedUrl what Twilio was told
    /// @param request as it arrived
    /// @param causes that the doctor has to name, all of them
    record Case(
            String name,
            String token,
            String signedUrl,
            List<Parameter> signed,
            String requestLine,
            List<String> headers,
            UnaryOperator<List<Parameter>> onTheWay,
            String publicBaseUrl,
            List<String> causes,
            String toSet) {

        static Case of(String name, String... causes) {
            return new Case(
                    name,
                    TOKEN,
                    BASE + PATH,
                    MESSAGE_ADDED,
                    "POST " + PATH,
                    List.of(),
                    UnaryOperator.identity(),
                    BASE,
                    List.of(causes),
                    null);
        }

        Case told(String url) {
            return new Case(name, token, url, signed, requestLine, headers, onTheWay, publicBaseUrl, causes, toSet);
        }

        Case signedWith(String otherToken) {
            return new Case(
                    name, otherToken, signedUrl, signed, requestLine, headers, onTheWay, publicBaseUrl, causes, toSet);
        }

        Case arrivedAt(String line, String... withHeaders) {
            return new Case(
                    name, token, signedUrl, signed, line, List.of(withHeaders), onTheWay, publicBaseUrl, causes, toSet);
        }

        Case of(List<Parameter> parameters) {
            return new Case(
                    name, token, signedUrl, parameters, requestLine, headers, onTheWay, publicBaseUrl, causes, toSet);
        }

        Case changed(UnaryOperator<List<Parameter>> change) {
            return new Case(name, token, signedUrl, signed, requestLine, headers, change, publicBaseUrl, causes, toSet);
        }

        Case without(String... names) {
            return changed(all -> all.stream()
                    .filter(parameter -> !List.of(names).contains(parameter.name()))
                    .toList());
        }

        Case configured(String base) {
            return new Case(name, token, signedUrl, signed, requestLine, headers, onTheWay, base, causes, toSet);
        }

        Case says(String base) {
            return new Case(
                    name, token, signedUrl, signed, requestLine, headers, onTheWay, publicBaseUrl, causes, base);
        }

        String text() {
            var lines = new ArrayList<String>();
            lines.add(requestLine);
            lines.add("Content-Type: application/x-www-form-urlencoded; charset=utf-8");
            lines.add("X-Twilio-Signature: " + Signature.of(token, signedUrl, signed));
            lines.addAll(headers);
            lines.add("");
            lines.add(encoded(onTheWay.apply(signed)));
            return String.join("\n", lines) + "\n";
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> cases() {
        return Stream.of(
                Case.of("nothing is wrong"),
                Case.of("secondary token", "secondary_token").signedWith(SECOND_TOKEN),
                Case.of("http behind a proxy", "scheme")
                        .configured("http://hooks.example.com")
                        .says(BASE),
                Case.of("told http, configured https", "scheme")
                        .told("http://hooks.example.com" + PATH)
                        .says("http://hooks.example.com"),
                Case.of("a port too many in what Twilio was told", "port")
                        .told(BASE + ":8443" + PATH)
                        .says(BASE + ":8443"),
                Case.of("a port that only a header names", "port")
                        .told(BASE + ":9443" + PATH)
                        .arrivedAt("POST " + PATH, "Host: hooks.example.com:9443")
                        .says(BASE + ":9443"),
                Case.of("a port that is configured and was not told").configured(BASE + ":8443"),
                Case.of("a usual path prefix stripped", "path_prefix")
                        .told(BASE + "/twilio" + PATH)
                        .says(BASE + "/twilio"),
                Case.of("a path prefix stripped, named by a header", "path_prefix")
                        .told(BASE + "/in/here" + PATH)
                        .arrivedAt("POST " + PATH, "X-Forwarded-Prefix: /in/here")
                        .says(BASE + "/in/here"),
                Case.of("a path prefix left on", "path_prefix")
                        .told(BASE + "/in" + PATH)
                        .arrivedAt("POST /in" + PATH)
                        .says(BASE + "/in"),
                Case.of("a path prefix configured and not told", "path_prefix")
                        .configured(BASE + "/in")
                        .says(BASE),
                Case.of("another host, named by a header", "host")
                        .told("https://tunnel.example.net" + PATH)
                        .arrivedAt("POST " + PATH, "Host: 127.0.0.1:8080", "X-Forwarded-Host: tunnel.example.net")
                        .says("https://tunnel.example.net"),
                Case.of("another host in the pasted URL", "host")
                        .told("https://tunnel.example.net" + PATH)
                        .arrivedAt("https://tunnel.example.net" + PATH)
                        .says("https://tunnel.example.net"),
                Case.of("a slash at the end", "slash").told(BASE + PATH + "/"),
                Case.of("two slashes", "slash").told(BASE + "/" + PATH),
                Case.of("a query re-encoded", "query_reencoded")
                        .told(BASE + PATH + "?tenant=a%20b%2Fc")
                        .arrivedAt("POST " + PATH + "?tenant=a%20b/c"),
                Case.of("a blank in the query re-encoded", "query_reencoded")
                        .told(BASE + PATH + "?tenant=a%20b")
                        .arrivedAt("POST " + PATH + "?tenant=a+b"),
                Case.of("a query in another order", "query_reencoded")
                        .told(BASE + PATH + "?a=1&b=2")
                        .arrivedAt("POST " + PATH + "?b=2&a=1"),
                Case.of("a query that a proxy added", "query_dropped").arrivedAt("POST " + PATH + "?trace=1"),
                Case.of("RetryCount dropped", "parameter_dropped").without("RetryCount"),
                Case.of("AccountSid dropped", "parameter_dropped").without("AccountSid"),
                Case.of("EventType dropped", "parameter_dropped").without("EventType"),
                Case.of("an empty parameter dropped", "parameter_dropped").without("Media"),
                Case.of("two parameters dropped", "parameter_dropped", "parameter_dropped")
                        .without("Source", "Attributes"),
                Case.of("ApiVersion dropped", "parameter_dropped").of(STATUS).without("ApiVersion"),
                Case.of("SmsSid and SmsStatus dropped", "parameter_dropped", "parameter_dropped")
                        .of(STATUS)
                        .without("SmsSid", "SmsStatus"),
                Case.of("a plus lost", "plus_lost")
                        .changed(all -> all.stream()
                                .map(parameter -> new Parameter(
                                        parameter.name(), parameter.value().replace('+', ' ')))
                                .toList()),
                Case.of("two things at once", "scheme", "parameter_dropped")
                        .configured("http://hooks.example.com")
                        .without("RetryCount")
                        .says(BASE));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void namesTheCause(Case given) {
        var setting = SETTING.with("PUBLIC_BASE_URL", given.publicBaseUrl())
                .with("TWILIO_AUTH_TOKEN_SECONDARY", SECOND_TOKEN)
                .reading(given.text());

        var run = setting.run("doctor", "--offline", "--json");

        assertThat(run.status()).as(run.everything()).isZero();
        var answer = run.json();
        assertThat(answer.path("verdict").stringValue())
                .isEqualTo(given.causes().isEmpty() ? "verifies" : "explained");
        assertThat(answer.path("causes")
                        .valueStream()
                        .map(cause -> cause.path("cause").stringValue()))
                .containsExactlyElementsOf(given.causes());
        assertThat(answer.path("publicBaseUrl").stringValue(null)).isEqualTo(given.toSet());
        assertThat(run.everything()).doesNotContain(TOKEN, SECOND_TOKEN, WORDS, "2025550143");
    }

    @Test
    void saysInWordsWhatToSet() {
        var run = SETTING.with("PUBLIC_BASE_URL", "http://hooks.example.com")
                .reading(Case.of("plain").text())
                .run("doctor", "--offline");

        assertThat(run.status()).isZero();
        assertThat(run.out()).isEqualTo("""
                        Cause:
                          - Twilio signed another scheme (http, https) than PUBLIC_BASE_URL names (https)
                            Set PUBLIC_BASE_URL as shown below.
                        Set PUBLIC_BASE_URL=https://hooks.example.com
                        """);
    }

    @Test
    void readsWhatCurlPrints() {
        var text = Case.of("plain")
                .text()
                .lines()
                .map(line -> line.startsWith("Account") ? line : "> " + line)
                .collect(Collectors.joining("\n"));

        var run = SETTING.reading("* Connected to hooks.example.com\n" + text).run("doctor", "--offline", "--json");

        assertThat(run.json().path("verdict").stringValue()).isEqualTo("verifies");
    }

    @Test
    void namesADroppedSignature() {
        var text = Case.of("plain")
                .text()
                .lines()
                .filter(line -> !line.startsWith("X-Twilio"))
                .collect(Collectors.joining("\n"));

        var run = SETTING.reading(text).run("doctor", "--offline", "--json");

        assertThat(run.json().path("causes").path(0).path("cause").stringValue())
                .isEqualTo("no_signature");
    }

    @Test
    void namesABodyThatWasChangedUnderItsHash() {
        var url = PATH + "?bodySHA256=" + "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
        var text = "POST " + url + "\nContent-Type: application/json\nX-Twilio-Signature: "
                + Signature.of(TOKEN, BASE + url, List.of()) + "\n\n";

        assertThat(SETTING.reading(text + "{}")
                        .run("doctor", "--offline", "--json")
                        .json()
                        .path("verdict")
                        .stringValue())
                .isEqualTo("verifies");
        assertThat(SETTING.reading(text + "{ }")
                        .run("doctor", "--offline", "--json")
                        .json()
                        .path("causes")
                        .path(0)
                        .path("cause")
                        .stringValue())
                .isEqualTo("body_changed");
    }

    @Test
    void listsWhatIsMissingWhereItCannotBeGuessed() {
        var run = SETTING.reading(
                        Case.of("lost").without("Body", "ConversationSid").text())
                .run("doctor", "--offline", "--json");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.json().path("verdict").stringValue()).isEqualTo("unexplained");
        assertThat(run.json().path("missingParameters").valueStream().map(name -> name.stringValue()))
                .containsExactly("ConversationSid", "Body");
    }

    @Test
    void namesTheAccountWhoseTokenItMustBe() {
        var others = MESSAGE_ADDED.stream()
                .map(parameter -> parameter.name().equals("AccountSid")
                        ? new Parameter("AccountSid", Sids.account("a subaccount"))
                        : parameter)
                .toList();

        var run = SETTING.reading(
                        Case.of("subaccount").of(others).signedWith("its own").text())
                .run("doctor", "--offline", "--json");

        assertThat(run.json().path("causes").path(0).path("cause").stringValue())
                .isEqualTo("other_account");
    }

    @Test
    void missingSettingsAreWrongUse() {
        assertThat(SETTING.without("PUBLIC_BASE_URL").run("doctor").status()).isEqualTo(2);
        assertThat(SETTING.without("TWILIO_AUTH_TOKEN").run("doctor").status()).isEqualTo(2);
        assertThat(SETTING.reading("").run("doctor").status()).isEqualTo(2);
        assertThat(SETTING.run("doctor", "--no-such-option").status()).isEqualTo(2);
    }

    private static String encoded(List<Parameter> parameters) {
        return parameters.stream()
                .map(parameter ->
                        URLEncoder.encode(parameter.name(), UTF_8) + "=" + URLEncoder.encode(parameter.value(), UTF_8))
                .collect(Collectors.joining("&"));
    }
}
