package org.transcriptpipeline.notify.mail;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.mail.internet.InternetAddress;
import java.io.FileInputStream;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Properties;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mail.javamail.JavaMailSenderImpl;
import org.transcriptpipeline.embedded.TestCertificates;
import org.transcriptpipeline.notify.channel.Gate;
import org.transcriptpipeline.notify.channel.Outcome;

/// Faults N19 and O9: mail over TLS, begun by STARTTLS or from the first byte on. A server that is not who it should be
/// gets neither the password nor the mail, and the reason is named.
class SmtpTlsTest {

    private static final String NOT_TRUSTED =
            "the certificate of the other side is of no authority that is trusted here";

    @TempDir
    static Path directory;

    private static Path good;
    private static Path ofAnotherHost;
    private static Path expired;
    private static SSLSocketFactory trusting;

    @BeforeAll
    static void makeCertificates() throws Exception {
        var authority = TestCertificates.authority(directory);
        good = authority.server("good", "dns:localhost");
        ofAnotherHost = authority.server("another", "dns:mail.example.com");
        expired = authority.expiredServer("expired", "dns:localhost");
        trusting = trusting(authority.trusted());
    }

    @ParameterizedTest
    @ValueSource(strings = {"smtp", "smtps"})
    void aMailGoesOutPrivately(String protocol) throws Exception {
        try (var server = server(good, protocol)) {
            var outcome = send(server, protocol, "localhost", trusting);

            assertThat(outcome).isInstanceOf(Outcome.Sent.class);
            assertThat(server.accepted()).hasSize(1);
            assertThat(server.heard("STARTTLS")).isEqualTo(protocol.equals("smtp") ? 1 : 0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"smtp", "smtps"})
    @Tag("N19")
    void aServerThatNobodyVouchesForGetsNothing(String protocol) throws Exception {
        try (var server = server(good, protocol)) {
            assertRefused(server, send(server, protocol, "localhost", null), NOT_TRUSTED);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"smtp", "smtps"})
    void aCertificateOfAnotherHostIsRefused(String protocol) throws Exception {
        try (var server = server(ofAnotherHost, protocol)) {
            assertRefused(
                    server,
                    send(server, protocol, "localhost", trusting),
                    "the certificate of the other side is of another host");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"smtp", "smtps"})
    @Tag("N19")
    void aCertificateThatHasRunOutIsRefusedAndNamed(String protocol) throws Exception {
        try (var server = server(expired, protocol)) {
            assertRefused(
                    server,
                    send(server, protocol, "localhost", trusting),
                    "the certificate of the other side has expired");
        }
    }

    /// Somebody on the way may have taken the offer out.
    @Test
    void withoutTheOfferOfStarttlsNothingGoesOutWhereItIsRequired() throws Exception {
        try (var server = new ScriptedSmtpServer()) {
            assertRefused(
                    server,
                    send(server, "smtp", "localhost", trusting),
                    "the mail server offers no STARTTLS, and it is required");
        }
    }

    private static void assertRefused(ScriptedSmtpServer server, Outcome outcome, String reason) {
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Outcome.Broken.class,
                        broken -> assertThat(broken.reason()).isEqualTo(reason));
        assertThat(server.heard("AUTH")).as("the password stays here").isZero();
        assertThat(server.accepted()).isEmpty();

        var gate = new Gate("mail", Duration.ofMinutes(5), Duration.ofHours(1), System::nanoTime);
        gate.settle(outcome);
        assertThat(gate.isPaused()).isTrue();
        assertThat(gate.trouble()).as("what readiness shows").isEqualTo(reason);
    }

    private static Outcome send(
            ScriptedSmtpServer server, String protocol, String host, @Nullable SSLSocketFactory trust)
            throws Exception {
        var settings = new JavaMailSenderImpl();
        settings.setProtocol(protocol);
        settings.setHost(host);
        settings.setPort(server.port());
        settings.setUsername("pipeline");
        settings.setPassword("secret");
        var properties = new Properties();
        properties.put("mail." + protocol + ".timeout", "5000");
        if (protocol.equals("smtp")) {
            properties.put("mail.smtp.starttls.enable", "true");
            properties.put("mail.smtp.starttls.required", "true");
        }
        if (trust != null) {
            properties.put("mail." + protocol + ".ssl.socketFactory", trust); // as Spring Boot does with an SSL bundle
        }
        settings.setJavaMailProperties(properties);
        try (var mail = RenderedMail.of(
                new OutgoingMail(
                        "<one.1.0011@example.com>",
                        "anna@example.com",
                        "Handoff",
                        "Hello\n",
                        "<p>Hello</p>",
                        List.of(),
                        null,
                        List.of(),
                        1,
                        Instant.parse("2026-10-01T12:00:00Z")),
                new InternetAddress("pipeline@example.com"))) {
            return new SmtpMailer(settings).send(mail);
        }
    }

    private static ScriptedSmtpServer server(Path keyStore, String protocol) throws Exception {
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(TestCertificates.load(keyStore), TestCertificates.PASSWORD.toCharArray());
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return new ScriptedSmtpServer(context, protocol.equals("smtps"));
    }

    private static SSLSocketFactory trusting(Path certificate) throws Exception {
        var trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null);
        try (var file = new FileInputStream(certificate.toFile())) {
            trusted.setCertificateEntry(
                    "authority", CertificateFactory.getInstance("X.509").generateCertificate(file));
        }
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        var context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context.getSocketFactory();
    }
}
