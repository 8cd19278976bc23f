package org.transcriptpipeline.event;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Twilio's list of a conversation's messages was read and compared with the store: the finding. What was new or
/// different has been published before it, as events of kind [SourceKind#REST].
///
/// @param listedAt no later than the first answer of the listing, by the database's clock
/// @param throughIndex the highest index that Twilio lists; null: it lists none
/// @param messageCount how many messages Twilio lists
/// @param holes the indexes below `throughIndex` that Twilio does not list, in ascending order. What they would
///     have held was deleted or never accepted: they are no gap
public record ConversationReconciled(
        String conversationSid,
        @Nullable String serviceSid,
        Instant listedAt,
        @Nullable Long throughIndex,
        Long messageCount,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<IndexRange> holes,
        Source source)
        implements TranscriptEvent {

    public ConversationReconciled {
        requireNonNull(conversationSid, "conversationSid");
        requireNonNull(listedAt, "listedAt");
        requireNonNull(messageCount, "messageCount");
        requireNonNull(source, "source");
        holes = holes == null ? List.of() : List.copyOf(holes);
    }

    @Override
    public String key() {
        return conversationSid;
    }
}
