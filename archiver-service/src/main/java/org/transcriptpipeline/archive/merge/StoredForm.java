package org.transcriptpipeline.archive.merge;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.event.Source;
import org.transcriptpipeline.event.SourceKind;
import org.transcriptpipeline.event.StorableText;

/// What an event says, in the form in which a row has it: what is written equals what is read back.
final class StoredForm {

    private StoredForm() {}

    static SortedSet<String> sources(Source source) {
        return new TreeSet<>(List.of(source.kind().wireName()));
    }

    /// Postgres keeps microseconds and would round what is finer.
    static @Nullable Instant time(@Nullable Instant instant) {
        return instant == null ? null : instant.truncatedTo(ChronoUnit.MICROS);
    }

    static Instant received(Source source) {
        return source.receivedAt().truncatedTo(ChronoUnit.MICROS);
    }

    static Instant orReceived(@Nullable Instant instant, Source source) {
        return instant == null ? received(source) : instant.truncatedTo(ChronoUnit.MICROS);
    }

    /// When an observation of a conversation or a participant held. A snapshot counts as observed when Twilio
    /// answered: not every change of theirs moves `date_updated`.
    static @Nullable Instant observed(@Nullable Instant dateUpdated, Source source) {
        return source.observedAt() != null ? source.observedAt() : dateUpdated;
    }

    /// Somebody's words: present and empty is a value.
    static @Nullable String text(@Nullable String text) {
        return text == null ? null : StorableText.of(text);
    }

    /// A SID, an address, a state: an empty one is none (`twilio-reference` 2.8 leaves open which of the two is
    /// sent).
    static @Nullable String name(@Nullable String name) {
        return name == null || name.isEmpty() ? null : StorableText.of(name);
    }

    static List<String> addresses(List<String> addresses) {
        return addresses.stream()
                .filter(a -> !a.isEmpty())
                .map(StorableText::of)
                .sorted()
                .distinct()
                .toList();
    }

    /// Twilio told of it by itself; nobody had to ask.
    static boolean isAnnouncement(Source source) {
        return source.kind() == SourceKind.WEBHOOK || source.kind() == SourceKind.EVENT_STREAM;
    }

    static boolean isClosed(@Nullable String state) {
        return state != null && state.toLowerCase(Locale.ROOT).equals("closed");
    }
}
