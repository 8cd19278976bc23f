package org.transcriptpipeline.ingest.flow;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.transcriptpipeline.event.ConversationAdded;
import org.transcriptpipeline.event.EventCodec;
import org.transcriptpipeline.event.EventCodec.Readable;
import org.transcriptpipeline.event.EventCodec.Unreadable;
import org.transcriptpipeline.event.SourceKind;

/// Finds the new conversations among all events. What did not come by webhook is a look back (a sweep of Twilio's
/// list, a stream that may be hours late) and no reason to text anybody.
final class NewConversations {

    private static final Logger log = LoggerFactory.getLogger(NewConversations.class);
    /// Of any version; the codec says which can be read.
    private static final String TYPE = "transcripts.conversation.added.v";

    private final EventCodec codec = new EventCodec();
    private final FlowMeters meters;

    NewConversations(FlowMeters meters) {
        this.meters = meters;
    }

    List<Candidate> in(ConsumerRecords<byte[], byte[]> records) {
        var candidates = new ArrayList<Candidate>();
        for (var consumed : records) {
            if (isConversationAdded(consumed)) {
                switch (codec.decode(consumed.value())) {
                    case Readable(ConversationAdded added)
                    when added.source().kind() == SourceKind.WEBHOOK ->
                        candidates.add(Candidate.of(new TopicPartition(consumed.topic(), consumed.partition()), added));
                    case Readable(var _) -> {}
                    case Unreadable(var reason) -> unreadable(consumed, reason);
                }
            }
        }
        return candidates;
    }

    /// By its header, so that a replay of millions of events reads the few that count.
    private static boolean isConversationAdded(ConsumerRecord<byte[], byte[]> consumed) {
        var type = consumed.headers().lastHeader("ce_type");
        return type != null
                && type.value() != null
                && consumed.value() != null
                && new String(type.value(), StandardCharsets.UTF_8).startsWith(TYPE);
    }

    private void unreadable(ConsumerRecord<byte[], byte[]> consumed, String reason) {
        meters.count(Outcome.UNREADABLE, 1);
        log.atWarn()
                .addKeyValue("topic", consumed.topic())
                .addKeyValue("partition", consumed.partition())
                .addKeyValue("offset", consumed.offset())
                .addKeyValue("reason", reason)
                .log("A new conversation cannot be read, no flow is attached to it");
    }
}
