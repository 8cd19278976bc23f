package org.transcriptpipeline.cli.erase;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.PrintStream;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What an erasure did, and what is left until when. Holds nothing of the person but Twilio's SIDs and a hash that
/// only the store's own key explains; kept outside of the store, it erases anew what a backup brings back.
///
/// @param state `erased`: all that could be done is done; `unfinished`: run it again
/// @param reference what the user gave, a case number for instance
/// @param addressHash HMAC-SHA-256 under the store's key, lower-case hexadecimal
/// @param coversUntil what is older than this is covered
/// @param store rows by place, over all runs
/// @param mediaFilesWaiting files that no archiver has removed yet
/// @param remains what is left elsewhere, in words
@JsonInclude(JsonInclude.Include.NON_NULL)
record Receipt(
        String erasureId,
        String state,
        String accountSid,
        @Nullable String reference,
        String requestedBy,
        Instant coversUntil,
        Instant finishedAt,
        String addressHash,
        Map<String, Long> store,
        long mediaFilesWaiting,
        AtTwilio twilio,
        List<Topic> topics,
        List<String> remains,
        List<Sid> sids) {

    static final String ERASED = "erased";
    static final String UNFINISHED = "unfinished";

    Receipt {
        store = Map.copyOf(store);
        topics = List.copyOf(topics);
        remains = List.copyOf(remains);
        sids = List.copyOf(sids);
    }

    /// @param scope as in `store.erased_sids`
    record Sid(String sid, String scope) {}

    /// @param isAsked false: with `--keep-twilio`
    /// @param gone not there any more when it was asked for
    record AtTwilio(boolean isAsked, int deleted, int gone, int failed) {}

    /// @param deletedBelow by partition, the offset below which its records were deleted; none where nothing was
    /// @param remaining records that could not be deleted and may speak of the person; null: not known
    /// @param keptUntil when the last of them is due to be deleted by the topic's retention; null: none is left, or
    ///     it is not known, see `problem`
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Topic(
            String topic,
            Map<Integer, Long> deletedBelow,
            @Nullable Long remaining,
            @Nullable Instant keptUntil,
            @Nullable String problem) {}

    void print(PrintStream out) {
        out.println("Erasure " + erasureId + " of account " + accountSid + ": " + state + ".");
        out.println("Covers what is older than " + coversUntil + (reference == null ? "" : "; reference " + reference));
        out.println("Store:");
        store.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .filter(entry -> entry.getValue() > 0)
                .forEach(entry -> out.println("  " + entry.getKey().replace('_', ' ') + ": " + entry.getValue()));
        if (mediaFilesWaiting > 0) {
            out.println("  media files that wait for the archiver: " + mediaFilesWaiting);
        }
        out.println("Twilio: "
                + (twilio.isAsked()
                        ? twilio.deleted() + " conversations deleted, " + twilio.gone() + " were gone, "
                                + twilio.failed() + " failed"
                        : "not asked"));
        out.println("Kafka:");
        topics.forEach(topic -> out.println("  " + topic.topic() + ": " + words(topic)));
        out.println("What remains:");
        remains.forEach(line -> out.println("  - " + line));
    }

    private static String words(Topic topic) {
        var deleted = topic.deletedBelow().isEmpty()
                ? "nothing deleted"
                : "deleted in " + topic.deletedBelow().size() + " partitions";
        if (topic.problem() != null) {
            return deleted + "; " + topic.problem() + until(topic);
        }
        if (topic.remaining() != null && topic.remaining() == 0) {
            return deleted + "; nothing is left";
        }
        return deleted + "; " + (topic.remaining() == null ? "its" : topic.remaining()) + " records are kept"
                + until(topic);
    }

    private static String until(Topic topic) {
        return topic.keptUntil() == null ? "" : " until " + topic.keptUntil() + " by the topic's retention";
    }
}
