package org.transcriptpipeline.ingest.flow;

import java.time.Instant;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.event.ConversationAdded;

/// A conversation that a webhook said is new.
///
/// @param partition where that is written
/// @param serviceSid `IS…`; null: the account's default service
/// @param state by the webhook
/// @param receivedAt our clock when the webhook came
record Candidate(
        TopicPartition partition,
        String accountSid,
        @Nullable String serviceSid,
        String conversationSid,
        @Nullable String state,
        Instant receivedAt) {

    static Candidate of(TopicPartition partition, ConversationAdded added) {
        return new Candidate(
                partition,
                added.source().accountSid(),
                added.conversation().serviceSid(),
                added.conversationSid(),
                added.conversation().state(),
                added.source().receivedAt());
    }
}
