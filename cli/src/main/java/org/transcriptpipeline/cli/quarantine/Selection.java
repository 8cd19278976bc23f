package org.transcriptpipeline.cli.quarantine;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.cli.PointInTime;
import org.transcriptpipeline.cli.WrongUseException;
import org.transcriptpipeline.event.Topics;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Which entries a command is about: those that are named, or all that fit.
final class Selection {

    @Parameters(
            arity = "0..*",
            paramLabel = "ID",
            description = "Entries by topic/partition/offset, as list shows them; transcripts. may be left out.")
    private List<String> ids = List.of();

    @Option(names = "--reason", paramLabel = "REASON", description = "Set aside for this reason; can be repeated.")
    private List<String> reasons = List.of();

    @Option(names = "--account", paramLabel = "SID", description = "Of this Twilio account, AC….")
    private @Nullable String account;

    @Option(
            names = "--endpoint",
            paramLabel = "NAME",
            description = "Requests to this one: conversations, message-status, flow-ended, event-streams.")
    private @Nullable String endpoint;

    @Option(names = "--topic", paramLabel = "NAME", description = "Of this topic, transcripts.events for instance.")
    private @Nullable String topic;

    @Option(names = "--since", paramLabel = "TIME", description = "Set aside then or later, 2026-11-01 or …T08:00:00Z.")
    private @Nullable String since;

    @Option(names = "--until", paramLabel = "TIME", description = "Set aside before then.")
    private @Nullable String until;

    /// @throws WrongUseException for an id that is none, or one that comes with a filter
    List<EntryId> ids() {
        if (!ids.isEmpty() && hasFilter()) {
            throw new WrongUseException("Name entries by ID, or choose them by options; not both.");
        }
        return ids.stream().map(EntryId::parse).distinct().toList();
    }

    boolean hasIds() {
        return !ids.isEmpty();
    }

    boolean hasFilter() {
        return !reasons.isEmpty()
                || account != null
                || endpoint != null
                || topic != null
                || since != null
                || until != null;
    }

    /// For commands that change something: what is meant has to be said.
    void requireAny() {
        if (!hasIds() && !hasFilter()) {
            throw new WrongUseException("Which ones? Name them by ID, or choose by --reason, --since and so on.");
        }
    }

    boolean wantsRequests() {
        return hasIds()
                ? ids().stream().anyMatch(EntryId::isRequest)
                : topic == null || fullTopic().equals(Topics.QUARANTINE);
    }

    boolean wantsRecords() {
        return hasIds()
                ? !ids().stream().allMatch(EntryId::isRequest)
                : endpoint == null && (topic == null || !fullTopic().equals(Topics.QUARANTINE));
    }

    List<String> reasons() {
        return reasons;
    }

    @Nullable
    String account() {
        return account;
    }

    /// Null for any.
    @Nullable
    String recordTopic() {
        return topic == null ? null : fullTopic();
    }

    private String fullTopic() {
        return topic == null || topic.startsWith("transcripts.") ? String.valueOf(topic) : "transcripts." + topic;
    }

    @Nullable
    Instant since() {
        return since == null ? null : PointInTime.parse(since, "--since");
    }

    @Nullable
    Instant until() {
        return until == null ? null : PointInTime.parse(until, "--until");
    }

    /// Whether a request is meant, ids apart.
    boolean fits(KeptRequest request) {
        var from = since();
        var to = until();
        return (reasons.isEmpty() || reasons.contains(request.reason()))
                && (account == null || account.equals(request.account()))
                && (endpoint == null || endpoint.equals(request.endpoint()))
                && (from == null || !request.at().isBefore(from))
                && (to == null || request.at().isBefore(to));
    }
}
