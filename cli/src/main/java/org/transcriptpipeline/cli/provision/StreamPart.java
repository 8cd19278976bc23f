package org.transcriptpipeline.cli.provision;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.cli.Patience;
import org.transcriptpipeline.cli.RefusedException;
import org.transcriptpipeline.twilio.EventStreams;
import org.transcriptpipeline.twilio.Pages;
import org.transcriptpipeline.twilio.setup.EventSink;
import org.transcriptpipeline.twilio.setup.EventSubscription;
import org.transcriptpipeline.twilio.setup.SubscribedEvent;

/// Event Streams to us: unlike webhooks it repeats for hours, and it alone tells of every end of a flow.
final class StreamPart implements Part {

    /// What there is but for discontinued types (twilio.com/docs/events/event-types, 2026-11).
    static final List<String> TYPES = Stream.of(
                    "studio.flow.execution.started",
                    "studio.flow.execution.ended",
                    "conversations.conversation.added",
                    "conversations.conversation.updated",
                    "conversations.conversation.removed",
                    "conversations.conversation-state.updated",
                    "conversations.message.added",
                    "conversations.message.updated",
                    "conversations.message.removed",
                    "conversations.participant.added",
                    "conversations.participant.updated",
                    "conversations.participant.removed",
                    "messaging.message.queued",
                    "messaging.message.sent",
                    "messaging.message.delivered",
                    "messaging.message.failed",
                    "messaging.message.undelivered",
                    "messaging.message.read")
            .map(name -> "com.twilio." + name)
            .toList();

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final EventStreams streams;
    private final Wish wish;

    StreamPart(EventStreams streams, Wish wish) {
        this.streams = streams;
        this.wish = wish;
    }

    @Override
    public List<Difference> differences() {
        if (!wish.isStreamWanted()) {
            return List.of();
        }
        var differences = new ArrayList<Difference>();
        var sink = sink();
        if (sink == null) {
            differences.add(Difference.missing(
                    "event sink",
                    "webhook " + Owners.shown(wish.url("event-streams")),
                    () -> streams.createWebhookSink(Wish.NAME, wish.url("event-streams"))));
        } else if ("failed".equals(sink.status())) {
            differences.add(
                    Difference.byHand("event sink " + sink.sid(), "failed", "active: delete it and apply again"));
        }
        var subscription = sink == null ? null : subscription(sink.sid());
        if (subscription == null) {
            differences.add(
                    Difference.missing("event subscription", TYPES.size() + " types of events", this::subscribe));
        } else {
            compareTypes(differences, subscription);
        }
        return differences;
    }

    private void subscribe() {
        var sink = activeSink();
        if (subscription(sink.sid()) == null) {
            streams.createSubscription(
                    Wish.NAME,
                    sink.sid(),
                    TYPES.stream().map(type -> new SubscribedEvent(type, null)).toList());
        }
    }

    private void compareTypes(List<Difference> differences, EventSubscription subscription) {
        var present = new HashSet<String>();
        for (var page : Pages.of(next -> streams.subscribedEvents(subscription.sid(), next))) {
            page.items().forEach(event -> present.add(event.type()));
        }
        for (var type : TYPES) {
            if (!present.contains(type)) {
                differences.add(Difference.missing(
                        "event subscription " + subscription.sid(),
                        type,
                        () -> streams.addSubscribedEvent(subscription.sid(), new SubscribedEvent(type, null))));
            }
        }
    }

    /// Only an active sink can be subscribed, and a new one may take a moment.
    private EventSink activeSink() {
        var found = sink();
        if (found == null
                || !Patience.until(
                        PATIENCE,
                        PAUSE,
                        () -> "active".equals(streams.sink(found.sid()).status()))) {
            throw new RefusedException(
                    "The event sink is not active. Test and validate it in the console of Twilio, then apply again.");
        }
        return found;
    }

    private @Nullable EventSink sink() {
        for (var page : Pages.of(streams::sinks)) {
            for (var sink : page.items()) {
                var configuration = sink.sinkConfiguration();
                if (configuration != null && wish.url("event-streams").equals(configuration.destination())) {
                    return sink;
                }
            }
        }
        return null;
    }

    private @Nullable EventSubscription subscription(String sinkSid) {
        for (var page : Pages.of(next -> streams.subscriptions(sinkSid, next))) {
            for (var subscription : page.items()) {
                if (sinkSid.equals(subscription.sinkSid())) {
                    return subscription;
                }
            }
        }
        return null;
    }
}
