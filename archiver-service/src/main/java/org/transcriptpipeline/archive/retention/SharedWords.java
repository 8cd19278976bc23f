package org.transcriptpipeline.archive.retention;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.transcriptpipeline.event.ConversationAdded;
import org.transcriptpipeline.event.ConversationFields;
import org.transcriptpipeline.event.ConversationRemoved;
import org.transcriptpipeline.event.ConversationUpdated;
import org.transcriptpipeline.event.MessageAdded;
import org.transcriptpipeline.event.MessageFields;
import org.transcriptpipeline.event.MessageRemoved;
import org.transcriptpipeline.event.MessageUpdated;
import org.transcriptpipeline.event.Source;
import org.transcriptpipeline.event.StorableText;
import org.transcriptpipeline.event.TranscriptEvent;

/// What others say in conversations that were erased in part. A replay or a comparison with Twilio tells it as it once
/// was: with the erased address in somebody else's words, and with the name that the conversation had.
///
/// Two statements for a batch, none where no conversation of it was erased in part.
final class SharedWords {

    /// In place of the bytes that were told, of an event that is not stored as it came.
    private static final byte[] NOTHING = "{}".getBytes(StandardCharsets.UTF_8);

    private final JdbcTemplate jdbc;

    SharedWords(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /// @param told events of conversations that were erased in part
    /// @return the same events in the same order, without what was erased
    List<Told> mask(List<Told> told) {
        if (told.isEmpty()) {
            return told;
        }
        var words = new ArrayList<Text>();
        var names = new ArrayList<Text>();
        for (int i = 0; i < told.size(); i++) {
            var event = told.get(i).event();
            var message = message(event);
            if (message != null) {
                add(words, i, event, message.dateCreated(), message.body(), message.attributes());
            }
            var conversation = conversation(event);
            if (conversation != null) {
                add(names, i, event, event.source().receivedAt(), names(conversation));
            }
        }
        var mask = new Mask(withoutErased(words), erased(names));
        return IntStream.range(0, told.size())
                .mapToObj(i -> mask.apply(i, told.get(i)))
                .toList();
    }

    /// @param position of the event in the batch
    /// @param at when it was written, or told
    private record Text(int position, TranscriptEvent event, Instant at, String text) {

        Key key() {
            return new Key(position, text);
        }
    }

    private record Key(int position, String text) {}

    private static void add(
            List<Text> texts, int position, TranscriptEvent event, @Nullable Instant at, @Nullable String... more) {
        var time = at != null ? at : event.source().receivedAt().minus(Mentions.LATE);
        for (var text : more) {
            if (text != null && !text.isBlank()) {
                texts.add(new Text(position, event, time, text));
            }
        }
    }

    private static @Nullable MessageFields message(TranscriptEvent event) {
        return switch (event) {
            case MessageAdded e -> e.message();
            case MessageUpdated e -> e.message();
            case MessageRemoved e -> e.message();
            default -> null;
        };
    }

    private static @Nullable ConversationFields conversation(TranscriptEvent event) {
        return switch (event) {
            case ConversationAdded e -> e.conversation();
            case ConversationUpdated e -> e.conversation();
            case ConversationRemoved e -> e.conversation();
            default -> null;
        };
    }

    private static @Nullable String[] names(ConversationFields fields) {
        return new @Nullable String[] {
            fields.friendlyName(), fields.uniqueName(), fields.attributes(), fields.firstMessageBody()
        };
    }

    /// What is to be stored instead; a text that may stay is not in it.
    private Map<Key, String> withoutErased(List<Text> words) {
        Map<Key, String> masked = new HashMap<>();
        if (!words.isEmpty()) {
            jdbc.query(
                    "SELECT w.words_position, w.masked FROM store.words_without_erased(?, ?::timestamptz[], ?) w",
                    row -> {
                        masked.put(words.get(row.getInt("words_position") - 1).key(), row.getString("masked"));
                    },
                    words.stream()
                            .map(word -> word.event().source().accountSid())
                            .toArray(String[]::new),
                    times(words),
                    texts(words));
        }
        return masked;
    }

    private Set<Key> erased(List<Text> names) {
        Set<Key> erased = new HashSet<>();
        if (!names.isEmpty()) {
            jdbc.query(
                    "SELECT n FROM store.erased_names(?, ?::timestamptz[], ?) n",
                    row -> {
                        erased.add(names.get(row.getInt(1) - 1).key());
                    },
                    names.stream()
                            .map(name -> StorableText.of(
                                    Objects.requireNonNullElse(name.event().key(), "")))
                            .toArray(String[]::new),
                    times(names),
                    texts(names));
        }
        return erased;
    }

    private static String[] times(List<Text> texts) {
        return texts.stream().map(text -> text.at().toString()).toArray(String[]::new);
    }

    private static String[] texts(List<Text> texts) {
        return texts.stream().map(text -> StorableText.of(text.text())).toArray(String[]::new);
    }

    private record Mask(Map<Key, String> words, Set<Key> names) {

        Told apply(int position, Told told) {
            var event = told.event();
            var message = message(event);
            if (message != null) {
                var masked = apply(position, message);
                return masked.equals(message) ? told : instead(told, with(event, masked));
            }
            var conversation = conversation(event);
            if (conversation != null) {
                var masked = apply(position, conversation);
                return masked.equals(conversation) ? told : instead(told, with(event, masked));
            }
            return told;
        }

        private MessageFields apply(int position, MessageFields fields) {
            return new MessageFields(
                    fields.index(),
                    word(position, fields.body()),
                    fields.author(),
                    fields.participantSid(),
                    word(position, fields.attributes()),
                    fields.media(),
                    fields.dateCreated(),
                    fields.dateUpdated(),
                    fields.serviceSid(),
                    fields.messagingServiceSid());
        }

        private ConversationFields apply(int position, ConversationFields fields) {
            return new ConversationFields(
                    fields.serviceSid(),
                    fields.messagingServiceSid(),
                    name(position, fields.friendlyName()),
                    name(position, fields.uniqueName()),
                    name(position, fields.attributes()),
                    fields.state(),
                    fields.binding(),
                    name(position, fields.firstMessageBody()),
                    fields.dateCreated(),
                    fields.dateUpdated());
        }

        private @Nullable String word(int position, @Nullable String text) {
            return text == null ? null : words.getOrDefault(new Key(position, text), text);
        }

        private @Nullable String name(int position, @Nullable String text) {
            return text == null || names.contains(new Key(position, text)) ? null : text;
        }

        private static Told instead(Told told, TranscriptEvent event) {
            return new Told(event, NOTHING, told.traceparent());
        }

        private static TranscriptEvent with(TranscriptEvent event, MessageFields fields) {
            return switch (event) {
                case MessageAdded e -> new MessageAdded(e.conversationSid(), e.messageSid(), fields, bare(e.source()));
                case MessageUpdated e ->
                    new MessageUpdated(e.conversationSid(), e.messageSid(), fields, bare(e.source()));
                case MessageRemoved e ->
                    new MessageRemoved(e.conversationSid(), e.messageSid(), fields, e.removedAt(), bare(e.source()));
                default -> throw new IllegalArgumentException("not of a message");
            };
        }

        private static TranscriptEvent with(TranscriptEvent event, ConversationFields fields) {
            return switch (event) {
                case ConversationAdded e -> new ConversationAdded(e.conversationSid(), fields, bare(e.source()));
                case ConversationUpdated e -> new ConversationUpdated(e.conversationSid(), fields, bare(e.source()));
                case ConversationRemoved e ->
                    new ConversationRemoved(e.conversationSid(), fields, e.removedAt(), bare(e.source()));
                default -> throw new IllegalArgumentException("not of a conversation");
            };
        }

        /// Without the bytes, which say it all; and without notes, for which the record would be kept.
        private static Source bare(Source source) {
            return new Source(
                    source.kind(),
                    source.eventId(),
                    source.accountSid(),
                    source.receivedAt(),
                    source.observedAt(),
                    source.idempotencyToken(),
                    source.contentType(),
                    source.eventType(),
                    source.origin(),
                    source.clientIdentity(),
                    NOTHING,
                    List.of());
        }
    }
}
