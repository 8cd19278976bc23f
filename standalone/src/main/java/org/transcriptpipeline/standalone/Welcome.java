package org.transcriptpipeline.standalone;

import java.io.PrintStream;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// What a newcomer reads when everything is up.
final class Welcome {

    private final StandaloneSettings settings;
    private final DataDirectory directory;
    private final ConsoleAccess console;

    Welcome(StandaloneSettings settings, DataDirectory directory, ConsoleAccess console) {
        this.settings = settings;
        this.directory = directory;
        this.console = console;
    }

    /// @param demo null: none was played
    void print(PrintStream out, @Nullable Shown demo) {
        out.print(text(demo));
        out.flush();
    }

    String text(@Nullable Shown demo) {
        return "\n" + (demo == null ? "" : mail(demo)) + store(demo) + api() + twilio() + "\n";
    }

    private String mail(Shown demo) {
        if (demo.mail() != null) {
            return """
                    The demo conversation went through: a customer of the free puppy hotline, handed over to a person.

                      Its handoff mail     %s
                                           Any mail program opens it.

                    """.formatted(demo.mail());
        }
        if (demo.isRepeat()) {
            return """
                    The demo conversation was played at an earlier start; its handoff mail is in
                    %s

                    """.formatted(directory.outbox());
        }
        return settings.mailsGoToFiles()
                ? "The demo conversation was played, but its handoff mail did not come. The log above says why.\n\n"
                : "The demo conversation was played. Its handoff mail went to your SMTP server.\n\n";
    }

    private String store(@Nullable Shown demo) {
        boolean isDefault = settings.analystPassword() == null;
        return """
                  Query the store      psql "postgresql://transcripts_analyst%s@127.0.0.1:%d/transcripts"
                %s
                                       SELECT * FROM conversations;
                                       SELECT position, author_kind, body, delivery_status, delivery_error FROM transcript('%s');

                """.formatted(
                        isDefault ? ":analyst" : "",
                        settings.port(StandaloneSettings.POSTGRES_PORT),
                        isDefault ? "" : "                       The password is your ANALYST_PASSWORD.\n",
                        demo == null ? "CH..." : demo.conversationSid());
    }

    /// The password is shown once; later its file has it.
    private String api() {
        var signIn = console.keptIn() == null
                ? "The sign-in is your CONSOLE_USERNAME and CONSOLE_PASSWORD."
                : console.isNew()
                        ? "Sign in as %s, password %s; kept in %s."
                                .formatted(console.username(), console.password(), console.keptIn())
                        : "The sign-in is in " + console.keptIn() + ".";
        return """
                  Hand over            http://127.0.0.1:%d/api, or bin/transcripts handoff --conversation CH...
                                       %s

                """.formatted(settings.port(StandaloneSettings.ARCHIVER_PORT), signIn);
    }

    private String twilio() {
        var urls = """
                                         %1$s/webhooks/conversations    Conversations webhooks, post-action URL
                                         %1$s/webhooks/message-status   Messaging Service, status callback URL
                                         %1$s/webhooks/flow-ended       HTTP Request widget at the end of a Studio flow
                """;
        if (settings.hasAccount()) {
            return """
                      Tell Twilio          bin/transcripts provision --number +1... --sample-flow --apply
                                           sets it up. By hand it is three addresses, each with POST:
                    """ + urls.formatted(settings.publicBaseUrls().split(",")[0].strip());
        }
        return """
                  Connect Twilio       Stop this with Ctrl-C, set these in the environment, and start again:
                                         TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN   as Twilio's console shows them
                                         PUBLIC_BASE_URL                         the https address that leads to port %d here
                                         HANDOFF_EMAIL_TO, HANDOFF_EMAIL_FROM    who gets the mail, and from whom
                                         SPRING_MAIL_HOST                        through which server; without it mails stay files
                                       Then bin/transcripts provision --number +1... --sample-flow --apply sets Twilio up.
                                       By hand it is three addresses, each with POST:
                """.formatted(settings.port(StandaloneSettings.INGEST_PORT)) + urls.formatted("PUBLIC_BASE_URL");
    }

    /// @param isRepeat it was played at an earlier start
    /// @param mail null: there is none to show
    record Shown(
            String conversationSid,
            boolean isRepeat,
            @Nullable Path mail) {}
}
