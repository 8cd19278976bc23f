package org.transcriptpipeline.transcript;

import static org.assertj.core.api.Assertions.assertThat;
import static org.transcriptpipeline.transcript.Snapshots.aMessage;
import static org.transcriptpipeline.transcript.Snapshots.aSnapshot;

import java.net.URI;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.transcriptpipeline.event.TranscriptReady;
import org.transcriptpipeline.rules.Presentation;
import org.transcriptpipeline.rules.Presentation.Form;
import org.transcriptpipeline.snapshot.TranscriptSnapshot;
import org.transcriptpipeline.snapshot.TranscriptSnapshot.Media;

/// The later mails of a thread.
class FollowUpTest {

    private static final Presentation WITH_TEXT = new Presentation(
            Locale.ENGLISH,
            ZoneId.of("UTC"),
            Set.of(Form.TEXT),
            Map.of("FW0123456789abcdef0123456789abcdef", "Puppy hotline"));

    private static final TranscriptSnapshot BEFORE = aSnapshot()
            .with(aMessage().saying("Hi, is Bella still there?"))
            .with(aMessage()
                    .by("flow", "hotline")
                    .saying("Somebody will call you.")
                    .delivered("sent"))
            .with(aMessage().saying("My address is Elm Street 1"))
            .with(aMessage().by("flow", "hotline").saying("Thanks").failed())
            .build();

    private static Snapshots after() {
        return aSnapshot().asA(TranscriptReady.FOLLOW_UP, 2);
    }

    @Test
    void aFollowUpTellsWhatChangedAndNothingElse() {
        var now = after().with(aMessage().saying("Hi, is Bella still there?"))
                .with(aMessage()
                        .by("flow", "hotline")
                        .saying("Somebody will call you.")
                        .failed())
                .with(aMessage().saying("My address is Oak Street 2").edited())
                .with(aMessage().by("flow", "hotline").saying("Thanks").delivered("delivered"))
                .with(aMessage().saying("Are you still there?"))
                .build();

        var rendered = render(now, BEFORE);

        assertThat(rendered.subject()).isEqualTo("Re: Handoff: +15005550006, Puppy hotline [1f2e3d4c] – follow-up");
        assertThat(rendered.text()).isEqualTo("""
                Follow-up: +15005550006 by SMS
                ------------------------------------------------------------------------

                !! This happened after the transcript went out. Only what changed is told here.

                Customer: +15005550006
                Channel: SMS
                Flow: Puppy hotline (FW0123456789abcdef0123456789abcdef)
                Messages: 5, 1 FAILED
                Conversation: CH0123456789abcdef0123456789abcdef
                Reference: 1f2e3d4c5b6a79881f2e3d4c5b6a7988, version 2

                --- What failed ---

                2. 2026-10-01 12:00:02 UTC – Flow hotline
                    Somebody will call you.
                    !! Not delivered (undelivered, error 30003). The phone was switched off or out of reach.
                    -> Try again later or call.

                --- What changed ---

                3. 2026-10-01 12:00:03 UTC – Customer +15005550006
                    Edited 2026-10-01 12:01:40 UTC. It now says:
                        My address is Oak Street 2
                4. 2026-10-01 12:00:04 UTC – Flow hotline
                    It arrived after all (delivered).
                        Thanks

                --- New messages ---

                All times: UTC

                5. 2026-10-01 12:00:05 UTC – Customer +15005550006
                    Are you still there?
                """);
        assertThat(rendered.html())
                .contains("Oak Street 2", "Try again later or call.", "Are you still there?")
                .doesNotContain("Hi, is Bella");
        assertThat(rendered.attachments()).as("a follow-up repeats none").isEmpty();
    }

    @Test
    void aFailureThatCameLateIsNamedWithItsAdvice() {
        var now = after().with(aMessage().saying("Hi, is Bella still there?"))
                .with(aMessage()
                        .by("flow", "hotline")
                        .saying("Somebody will call you.")
                        .failed())
                .with(aMessage().saying("My address is Elm Street 1"))
                .with(aMessage().by("flow", "hotline").saying("Thanks").failed())
                .build();

        var text = render(now, BEFORE).text();

        assertThat(text)
                .containsOnlyOnce("Try again later or call.")
                .contains("Somebody will call you.", "There are no new messages.")
                .doesNotContain("Thanks", "Elm Street", "What changed", "How complete");
    }

    @Test
    void aRemovedMessageAndANewVerdictAreTold() {
        var now = after().judged("complete", null)
                .with(aMessage().saying("Hi, is Bella still there?"))
                .with(aMessage()
                        .by("flow", "hotline")
                        .saying("Somebody will call you.")
                        .delivered("sent"))
                .with(aMessage().saying("My address is Elm Street 1").removed())
                .with(aMessage().by("flow", "hotline").saying("Thanks").failed())
                .build();

        var text = render(now, BEFORE).text();

        assertThat(text)
                .contains("3. 2026-10-01 12:00:03 UTC – Customer +15005550006\n    Removed 2026-10-01 12:03:20 UTC.")
                .contains("Complete: compared with the list that Twilio keeps.")
                .doesNotContain("What failed", "Elm Street");
    }

    @Test
    void whatTheSnapshotBeforeHadLeftOutIsNotNew() {
        var before = aSnapshot()
                .omitting(2, 1)
                .with(aMessage().saying("first"))
                .with(aMessage().saying("fourth"))
                .build();
        var now = after().with(aMessage().saying("first"))
                .with(aMessage().saying("second"))
                .with(aMessage().saying("third"))
                .with(aMessage().saying("fourth"))
                .with(aMessage().saying("fifth"))
                .build();

        assertThat(render(now, before).text()).contains("fifth").doesNotContain("first", "second", "third", "fourth");
    }

    @Test
    void aNewPictureIsAttachedAndAnOldOneNot(@org.junit.jupiter.api.io.TempDir java.nio.file.Path directory)
            throws Exception {
        var file = java.nio.file.Files.writeString(directory.resolve("picture"), "bytes");
        var before = aSnapshot()
                .with(aMessage().saying("").showing(new Media("ME1", "image/jpeg", null, 5L, "aa")))
                .build();
        var now = after().with(aMessage().saying("").showing(new Media("ME1", "image/jpeg", null, 5L, "aa")))
                .with(aMessage().saying("").showing(new Media("ME2", "image/png", "x.exe", 5L, "bb")))
                .with(aMessage().saying("").showing(new Media("ME3", "image/svg+xml", "x.svg", 5L, "cc")))
                .build();

        var rendered = TranscriptRenderer.usual()
                .carrying(_ -> file, 1000)
                .render(now, before, Presentation.USUAL, Links.NONE);
        rendered.close();

        assertThat(rendered.attachments())
                .as("and none that could run something")
                .containsExactly(new Attachment("2-x.png", "image/png", file, false));
        assertThat(file).as("media are nobody's to delete").exists();
    }

    @Test
    void aFollowUpWhoseTranscriptIsNotAtHandTellsEverything() {
        var now = after().with(aMessage().saying("Hi")).build();

        assertThat(render(now, null).text())
                .contains("The whole conversation is told again.", "--- The conversation ---", "    Hi\n");
    }

    @Test
    void aReminderSaysThatNobodyHasItAndTellsTheShortFacts() {
        var reminder = aSnapshot()
                .asA(TranscriptReady.REMINDER, 3)
                .noting("Call after five.")
                .collecting(Map.of("name", "Anna"));
        for (int i = 1; i <= 8; i++) {
            reminder.with(aMessage().saying("message " + i));
        }

        try (var rendered = TranscriptRenderer.usual()
                .render(
                        reminder.build(),
                        BEFORE,
                        WITH_TEXT,
                        new Links(URI.create("https://c.example/answer"), URI.create("https://c.example/take")))) {

            assertThat(rendered.subject())
                    .isEqualTo("Re: Handoff: +15005550006, Puppy hotline [1f2e3d4c] – reminder, nobody has taken over");
            assertThat(rendered.text())
                    .containsSubsequence(
                            "Reminder: nobody has taken over +15005550006 yet",
                            "The customer has been waiting since 2026-10-01 12:05:00 UTC",
                            "Note: Call after five.",
                            "Answer here: https://c.example/answer",
                            "I have it: https://c.example/take",
                            "name: Anna",
                            "--- The last messages ---",
                            "[3 messages are left out here; the attached transcript has them all]",
                            "message 4",
                            "message 8")
                    .doesNotContain("message 3");
            assertThat(rendered.attachments()).hasSize(1);
        }
    }

    @Test
    void aResendIsTheTranscriptAgainAndSaysSo() {
        var again = aSnapshot()
                .asA(TranscriptReady.RESEND, 4)
                .with(aMessage().saying("Hi, is Bella still there?"))
                .build();

        try (var rendered = render(again, BEFORE)) {
            assertThat(rendered.subject())
                    .isEqualTo("Re: Handoff: +15005550006, Puppy hotline [1f2e3d4c] – sent again");
            assertThat(rendered.text())
                    .contains("This is the transcript again", "Hi, is Bella still there?", "version 4");
            assertThat(rendered.attachments()).hasSize(1);
        }
    }

    private static RenderedTranscript render(TranscriptSnapshot now, @Nullable TranscriptSnapshot before) {
        return TranscriptRenderer.usual().render(now, before, WITH_TEXT, Links.NONE);
    }
}
