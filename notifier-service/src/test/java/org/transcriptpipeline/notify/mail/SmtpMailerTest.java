package org.transcriptpipeline.notify.mail;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.mail.internet.InternetAddress;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mail.javamail.JavaMailSenderImpl;
import org.transcriptpipeline.notify.channel.Outcome;

class SmtpMailerTest {

    private final ScriptedSmtpServer server = new ScriptedSmtpServer();

    private final List<RenderedMail> mails = new ArrayList<>();

    @AfterEach
    void stop() {
        server.close();
        mails.forEach(RenderedMail::close);
    }

    @Test
    void aMailThatTheServerTakesIsSentWithItsWords() throws Exception {
        var mail = aMail();

        var outcome = mailer().send(mail);

        assertThat(outcome).isEqualTo(new Outcome.Sent("250 2.0.0 queued", mail.sha256(), SmtpReply.COMPLETED));
        assertThat(server.accepted()).hasSize(1);
        assertThat(server.accepted().getFirst())
                .as("the bytes that arrived are those of the hash")
                .isEqualTo(Files.readString(mail.file()));
        assertThat(RenderedMail.sha256(mail.file())).isEqualTo(mail.sha256());
    }

    @ParameterizedTest
    @CsvSource({
        "GREETING, 421 busy",
        "MAIL, 451 greylisted",
        "RCPT, 450 mailbox busy",
        "RCPT, 421 closing",
        "RCPT, 452 full",
        "DATA, 451 no",
        "DOT, 451 later",
        "DOT, 421 closing",
        "AUTH, 454 not now",
        // the code decides: the words of a refusal do not make one
        "RCPT, '450 5.1.1 user unknown, permanently rejected'"
    })
    @Tag("N6")
    void aReplyOfFourHundredIsTriedLater(String verb, String reply) throws Exception {
        server.on(verb, reply);

        assertThat(mailer().send(aMail()))
                .isInstanceOfSatisfying(
                        Outcome.TryLater.class,
                        later -> assertThat(later.code()).isEqualTo(Integer.valueOf(reply.substring(0, 3))));
    }

    @ParameterizedTest
    @CsvSource({
        "MAIL, 550 sender rejected",
        "RCPT, 550 no such user",
        "RCPT, 553 no",
        "RCPT, 551 moved",
        "DATA, 554 no",
        "DOT, 552 too large",
        "DOT, 550 spam",
        "RCPT, '550 4.2.0 try again later'"
    })
    @Tag("N7")
    void aReplyOfFiveHundredIsRefusedAtOnce(String verb, String reply) throws Exception {
        server.on(verb, reply);

        assertThat(mailer().send(aMail()))
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        refused -> assertThat(refused.code()).isEqualTo(Integer.valueOf(reply.substring(0, 3))));
    }

    @ParameterizedTest
    @CsvSource({"AUTH, 535 wrong", "AUTH, 534 too weak", "GREETING, 554 not you", "MAIL, 530 sign in first"})
    @Tag("N19")
    void aServerThatWillNotHaveUsBreaksTheChannelAndNotTheMail(String verb, String reply) throws Exception {
        server.on(verb, reply);

        assertThat(mailer().send(aMail())).isInstanceOf(Outcome.Broken.class);
    }

    @ParameterizedTest
    @CsvSource({
        "GREETING, hang up",
        "EHLO, hang up",
        "MAIL, hang up",
        "RCPT, hang up",
        "DATA, hang up",
        "GREETING, silence",
        "MAIL, silence",
        "RCPT, silence",
        "DATA, silence"
    })
    void aDialogueThatBreaksOffBeforeTheMailIsTriedLater(String verb, String reply) throws Exception {
        server.on(verb, reply);

        assertThat(mailer(reply).send(aMail())).isInstanceOf(Outcome.TryLater.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {ScriptedSmtpServer.HANG_UP, ScriptedSmtpServer.SILENCE})
    @Tag("N3")
    void aServerThatFallsSilentAfterTheFinalDotLeavesADoubt(String reply) throws Exception {
        server.on("DOT", reply);

        assertThat(mailer(reply).send(aMail())).isInstanceOf(Outcome.Unanswered.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {ScriptedSmtpServer.HANG_UP, ScriptedSmtpServer.SILENCE, "421 closing"})
    void whatComesAfterTheAnswerChangesNothing(String reply) throws Exception {
        server.on("QUIT", reply);

        assertThat(mailer(reply).send(aMail())).isInstanceOf(Outcome.Sent.class);
    }

    @Test
    void nobodyListeningIsTriedLater() throws Exception {
        int port;
        try (var socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        } catch (IOException e) {
            throw new AssertionError(e);
        }

        assertThat(mailer("127.0.0.1", port).send(aMail())).isInstanceOf(Outcome.TryLater.class);
        assertThat(mailer("no-such-host.invalid", 25).send(aMail())).isInstanceOf(Outcome.TryLater.class);
    }

    @Test
    void noOutcomePrintsTheServersWords() throws Exception {
        server.on("RCPT", "550 <anna@example.com> unknown");

        assertThat(mailer().send(aMail()).toString()).doesNotContain("anna");
    }

    private SmtpMailer mailer() {
        return mailer("127.0.0.1", server.port());
    }

    /// Has little patience where its limit is what is tested.
    private SmtpMailer mailer(String reply) {
        return mailer("127.0.0.1", server.port(), reply.equals(ScriptedSmtpServer.SILENCE) ? 700 : 20_000);
    }

    private static SmtpMailer mailer(String host, int port) {
        return mailer(host, port, 20_000);
    }

    private static SmtpMailer mailer(String host, int port, int timeoutMillis) {
        var settings = new JavaMailSenderImpl();
        settings.setHost(host);
        settings.setPort(port);
        settings.setUsername("pipeline");
        settings.setPassword("secret");
        settings.getJavaMailProperties().put("mail.smtp.timeout", Integer.toString(timeoutMillis));
        return new SmtpMailer(settings);
    }

    private RenderedMail aMail() throws Exception {
        var mail = RenderedMail.of(
                new OutgoingMail(
                        "<one.1.0011@example.com>",
                        "anna@example.com",
                        "Handoff",
                        "Grüße\n.a line that begins with a dot\n",
                        "<p>Grüße</p>",
                        List.of(),
                        null,
                        List.of(),
                        1,
                        Instant.parse("2026-10-01T12:00:00Z")),
                new InternetAddress("pipeline@example.com"));
        mails.add(mail);
        return mail;
    }
}
