package org.transcriptpipeline.archive.reconcile;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.transcriptpipeline.archive.retention.ErasureFilter;
import org.transcriptpipeline.event.TranscriptEvent;
import org.transcriptpipeline.twilio.Fetched;
import org.transcriptpipeline.twilio.Order;
import org.transcriptpipeline.twilio.Page;
import org.transcriptpipeline.twilio.Pages;
import org.transcriptpipeline.twilio.RestConversation;
import org.transcriptpipeline.twilio.RestMessage;
import org.transcriptpipeline.twilio.TwilioClient;
import org.transcriptpipeline.twilio.TwilioException.NotFound;

/// Reads one conversation at Twilio, page by page beside the store, and publishes what is new or different and then
/// the finding. Memory does not grow with the conversation.
@Component
class ConversationComparer {

    private static final int MOST_SERVICES = 200;

    private final StoredRows rows;
    private final EventOutlet outlet;
    private final ErasureFilter erasures;
    private final Clock clock;
    private final Counter published;

    ConversationComparer(
            StoredRows rows, EventOutlet outlet, ErasureFilter erasures, Clock clock, MeterRegistry meters) {
        this.rows = rows;
        this.outlet = outlet;
        this.erasures = erasures;
        this.clock = clock;
        this.published = meters.counter("transcripts_reconcile_events");
    }

    /// What became of a comparison that ended.
    enum Outcome {
        /// The finding is in Kafka.
        FOUND,
        /// Twilio does not know the conversation; that is in Kafka.
        GONE
    }

    /// @throws org.transcriptpipeline.twilio.TwilioException when Twilio's list could not be read to its end
    /// @throws PartialListException when the list cannot be all of it
    Outcome compare(TwilioClient client, Claim claim) throws InterruptedException {
        var found = find(client, claim);
        if (found == null) {
            var events = new RestEvents(claim.accountSid(), claim.conversationSid(), claim.serviceSid(), clock);
            publish(List.of(events.conversationRemoved(claim.claimedAt())));
            return Outcome.GONE;
        }
        var conversation = found.value();
        var serviceSid = conversation.serviceSid() != null ? conversation.serviceSid() : claim.serviceSid();
        var events = new RestEvents(claim.accountSid(), claim.conversationSid(), serviceSid, clock);
        List<TranscriptEvent> news = new ArrayList<>();
        if (Comparison.isNews(conversation, rows.conversation(claim.conversationSid()))) {
            news.add(events.of(conversation, found.answeredAt()));
        }
        news.addAll(participants(client, claim, serviceSid, events));
        publish(news);
        new MessageWalk(client, claim, serviceSid, events).run();
        return Outcome.FOUND;
    }

    /// A 404 counts only on the path of the right service; where that is not known, all of them are asked.
    private static @Nullable Fetched<RestConversation> find(TwilioClient client, Claim claim) {
        try {
            return client.conversation(claim.serviceSid(), claim.conversationSid());
        } catch (NotFound e) {
            return claim.serviceSid() != null ? null : findInServices(client, claim);
        }
    }

    private static @Nullable Fetched<RestConversation> findInServices(TwilioClient client, Claim claim) {
        int asked = 0;
        for (var page : Pages.of(client::services)) {
            for (var service : page.items()) {
                if (asked++ == MOST_SERVICES) {
                    throw new PartialListException("too many services to look for the conversation in");
                }
                try {
                    return client.conversation(service.sid(), claim.conversationSid());
                } catch (NotFound _) {
                    // another service's, or nobody's
                }
            }
        }
        return null;
    }

    private List<TranscriptEvent> participants(
            TwilioClient client, Claim claim, @Nullable String serviceSid, RestEvents events) {
        var stored = rows.participants(claim.conversationSid());
        List<TranscriptEvent> news = new ArrayList<>();
        for (var page : Pages.of(next -> client.participants(serviceSid, claim.conversationSid(), next))) {
            for (var participant : page.items()) {
                if (Comparison.isNews(participant, stored.get(participant.sid()))) {
                    news.add(events.of(participant, page.answeredAt()));
                }
            }
        }
        return news;
    }

    /// What was erased would be new again, and in Kafka for as long as that keeps it.
    private void publish(List<TranscriptEvent> events) throws InterruptedException {
        var publishable = erasures.publishable(events);
        outlet.publish(publishable);
        published.increment(publishable.size());
    }

    /// The messages from the newest down: to the first one, or to the index that is verified already.
    private final class MessageWalk {

        private final TwilioClient client;
        private final Claim claim;
        private final @Nullable String serviceSid;
        private final RestEvents events;
        private final ListedIndexes listed = new ListedIndexes();
        private final @Nullable Long stopAt;
        /// Messages of the store whose receipts alone were seen, until the list shows them.
        private final Set<String> stubs;
        private long above = Long.MAX_VALUE;

        MessageWalk(TwilioClient client, Claim claim, @Nullable String serviceSid, RestEvents events) {
            this.client = client;
            this.claim = claim;
            this.serviceSid = serviceSid;
            this.events = events;
            this.stopAt = claim.isWhole() ? null : claim.verifiedThrough();
            this.stubs = new HashSet<>(rows.stubs(claim.conversationSid()));
        }

        void run() throws InterruptedException {
            var isWhole = true;
            for (var page : Pages.of(next -> client.messages(serviceSid, claim.conversationSid(), Order.DESC, next))) {
                publish(compare(page));
                if (stopAt != null && listed.highest() != null && listed.lowest() <= stopAt) {
                    isWhole = false;
                    break;
                }
            }
            publish(unlistedStubs());
            if (!listed.isDescribable()) {
                throw new PartialListException("too many holes");
            }
            publish(List.of(finding(isWhole)));
        }

        private TranscriptEvent finding(boolean isWhole) {
            if (isWhole || stopAt == null) {
                return events.finding(claim.claimedAt(), listed.highest(), listed.count(), listed.holesOfWholeList());
            }
            var holes = listed.holesDownTo(stopAt, claim.verifiedHoles());
            long through = listed.highest() == null ? stopAt : Math.max(stopAt, listed.highest());
            long holeCount =
                    holes.stream().mapToLong(h -> h.to() - h.from() + 1).sum();
            return events.finding(claim.claimedAt(), through, through + 1 - holeCount, holes);
        }

        private List<TranscriptEvent> compare(Page<RestMessage> page) {
            for (var message : page.items()) {
                if (!listed.add(message.index())) {
                    throw new PartialListException("its indexes do not go down");
                }
                stubs.remove(message.sid());
            }
            // the end of the list stands for index 0: what the store has below its last one is not listed
            long from = page.nextPageUrl() == null
                    ? 0
                    : page.items().isEmpty() ? above : page.items().getLast().index();
            var to = above == Long.MAX_VALUE && listed.highest() != null ? listed.highest() : above - 1;
            var stored = rows.messages(
                    claim.conversationSid(),
                    page.items().stream().map(RestMessage::sid).toList(),
                    from,
                    listed.highest() == null ? -1 : to);
            List<TranscriptEvent> news = new ArrayList<>();
            for (var message : page.items()) {
                var known = stored.remove(message.sid());
                if (Comparison.isNews(message, known)) {
                    news.add(events.of(message));
                }
                if (Comparison.mayHaveOtherReceipts(message, known)) {
                    news.addAll(receipts(message));
                }
            }
            news.addAll(absent(stored));
            above = from;
            return news;
        }

        private List<TranscriptEvent> receipts(RestMessage message) {
            List<TranscriptEvent> news = new ArrayList<>();
            for (var page :
                    Pages.of(next -> client.receipts(serviceSid, claim.conversationSid(), message.sid(), next))) {
                for (var receipt : page.items()) {
                    var event = events.of(receipt, message.sid());
                    if (event != null) {
                        news.add(event);
                    }
                }
            }
            return news;
        }

        /// What the store has and a list that goes on above it has not: removed, if Twilio does not know the message
        /// itself either. If it does, the list is not all of it.
        private List<TranscriptEvent> absent(Map<String, StoredMessage> unlisted) {
            List<TranscriptEvent> removals = new ArrayList<>();
            unlisted.values().stream()
                    .filter(message -> !message.isRemoved())
                    .sorted(Comparator.comparing(StoredMessage::messageSid))
                    .forEach(message -> {
                        if (fetch(message.messageSid()) != null) {
                            throw new PartialListException("it lacks a message that exists");
                        }
                        removals.add(events.removed(message.messageSid(), claim.claimedAt()));
                    });
            return removals;
        }

        private List<TranscriptEvent> unlistedStubs() {
            List<TranscriptEvent> news = new ArrayList<>();
            for (var messageSid : stubs) {
                var message = fetch(messageSid);
                if (message == null) {
                    news.add(events.removed(messageSid, claim.claimedAt()));
                } else if (stopAt != null && message.index() <= stopAt) {
                    news.add(events.of(message)); // below where this listing ended
                } else {
                    throw new PartialListException("it lacks a message that exists");
                }
            }
            return news;
        }

        private @Nullable RestMessage fetch(String messageSid) {
            try {
                return client.message(serviceSid, claim.conversationSid(), messageSid)
                        .value();
            } catch (NotFound _) {
                return null;
            }
        }
    }

    /// Twilio's list cannot be the whole one; nothing follows from it.
    static final class PartialListException extends RuntimeException {
        PartialListException(String reason) {
            super("Twilio's list of messages is not a whole one: " + reason);
        }
    }
}
