package org.transcriptpipeline.archive.merge;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.event.Binding;
import org.transcriptpipeline.event.ConversationAdded;
import org.transcriptpipeline.event.ConversationFields;
import org.transcriptpipeline.event.ConversationReconciled;
import org.transcriptpipeline.event.ConversationRemoved;
import org.transcriptpipeline.event.ConversationStateUpdated;
import org.transcriptpipeline.event.ConversationUpdated;
import org.transcriptpipeline.event.DeliveryUpdated;
import org.transcriptpipeline.event.EventId;
import org.transcriptpipeline.event.FlowEnded;
import org.transcriptpipeline.event.FlowExecutionEnded;
import org.transcriptpipeline.event.FlowExecutionStarted;
import org.transcriptpipeline.event.IndexRange;
import org.transcriptpipeline.event.MediaItem;
import org.transcriptpipeline.event.MessageAdded;
import org.transcriptpipeline.event.MessageFields;
import org.transcriptpipeline.event.MessageRemoved;
import org.transcriptpipeline.event.MessageStatusUpdated;
import org.transcriptpipeline.event.MessageUpdated;
import org.transcriptpipeline.event.ParticipantAdded;
import org.transcriptpipeline.event.ParticipantFields;
import org.transcriptpipeline.event.ParticipantRemoved;
import org.transcriptpipeline.event.ParticipantUpdated;
import org.transcriptpipeline.event.Source;
import org.transcriptpipeline.event.SourceKind;
import org.transcriptpipeline.event.TranscriptEvent;
import org.transcriptpipeline.event.UserAdded;
import org.transcriptpipeline.event.UserFields;
import org.transcriptpipeline.event.UserUpdated;

/// Sets of events about few things in few seconds, so that they collide: edits of the same second from sources of
/// different rank, the same text twice, emptied texts, removals, links, states in any order.
public final class EventSets {

    private static final String ACCOUNT = "AC" + "0".repeat(32);
    private static final Instant START = Instant.parse("2026-03-02T14:05:00Z");
    private static final List<String> CONVERSATIONS = List.of("CH1", "CH2");
    private static final List<String> ADDRESSES = List.of("+12025550143", "+12025550177", "whatsapp:+12025550143");
    private static final String OURS = "+12025550199";

    private EventSets() {}

    /// One to forty events, each different from the others.
    public static Arbitrary<List<TranscriptEvent>> eventSets() {
        return event().list().ofMinSize(1).ofMaxSize(40).map(makers -> {
            var events = new ArrayList<TranscriptEvent>();
            for (int i = 0; i < makers.size(); i++) {
                events.add(makers.get(i).make(i));
            }
            return events;
        });
    }

    /// Gives the event its place in the set, which makes its id unique as a body would.
    private interface Maker {
        TranscriptEvent make(int number);
    }

    private static Arbitrary<Maker> event() {
        return Arbitraries.frequencyOf(
                net.jqwik.api.Tuple.of(8, message()),
                net.jqwik.api.Tuple.of(4, delivery()),
                net.jqwik.api.Tuple.of(3, status()),
                net.jqwik.api.Tuple.of(3, conversation()),
                net.jqwik.api.Tuple.of(3, participant()),
                net.jqwik.api.Tuple.of(1, user()),
                net.jqwik.api.Tuple.of(1, flowEnd()),
                net.jqwik.api.Tuple.of(1, execution()),
                net.jqwik.api.Tuple.of(2, finding()));
    }

    private static Arbitrary<Maker> message() {
        var texts = Arbitraries.of("Hi", "Hi there", "", "see https://example.com/a?b=1", "nul \u0000 inside")
                .injectNull(0.2);
        var attributes = Arbitraries.of("{}", "{\"a\":1}", "not json", "").injectNull(0.3);
        var media = Arbitraries.of(List.<MediaItem>of(), List.of(new MediaItem("ME1", "image/jpeg", "a.jpg", 5L)))
                .injectNull(0.5);
        return Combinators.combine(
                        Arbitraries.integers().between(0, 3),
                        Arbitraries.of("added", "updated", "removed"),
                        texts,
                        attributes,
                        media,
                        Arbitraries.of(ADDRESSES.get(0), OURS, "system", "agent-7")
                                .injectNull(0.2),
                        seconds().injectNull(0.3),
                        source())
                .as((number, kind, text, attribute, items, author, second, source) -> i -> {
                    var conversation = CONVERSATIONS.get(number % 2);
                    var fields = new MessageFields(
                            (long) (number / 2),
                            text,
                            author,
                            null,
                            attribute,
                            items,
                            START,
                            second,
                            number == 0 ? "IS1" : null,
                            null);
                    return switch (kind) {
                        case "added" -> new MessageAdded(conversation, "IM" + number, fields, source.make(i));
                        case "updated" -> new MessageUpdated(conversation, "IM" + number, fields, source.make(i));
                        default -> new MessageRemoved(conversation, "IM" + number, fields, second, source.make(i));
                    };
                });
    }

    private static Arbitrary<Maker> delivery() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 2),
                        Arbitraries.of("sent", "delivered", "read", "failed", "undelivered", "novel"),
                        Arbitraries.of(30003, 30005, 30007).injectNull(0.5),
                        seconds().injectNull(0.2),
                        source())
                .as((number, status, error, second, source) -> i -> new DeliveryUpdated(
                        CONVERSATIONS.get((number + 1) % 2), // a message belongs to one conversation for good
                        "IM" + (number + 1),
                        "SM" + number,
                        "DY" + number,
                        number == 0 ? null : "MB" + number,
                        status,
                        error,
                        START,
                        second,
                        null,
                        source.make(i)));
    }

    private static Arbitrary<Maker> status() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 3),
                        Arbitraries.of("accepted", "queued", "sent", "delivered", "undelivered", "failed", "canceled"),
                        Arbitraries.of(30003, 30005).injectNull(0.6),
                        Arbitraries.of("2603021405", "2603021406").injectNull(0.5),
                        receivedSeconds())
                .as((number, status, error, done, received) -> i -> new MessageStatusUpdated(
                        "SM" + number,
                        status,
                        error,
                        error == null ? null : "words of the channel",
                        OURS,
                        ADDRESSES.get(number % 3),
                        null,
                        null,
                        null,
                        done,
                        source(SourceKind.STATUS_CALLBACK, null, received, i)));
    }

    private static Arbitrary<Maker> conversation() {
        return Combinators.combine(
                        Arbitraries.of(CONVERSATIONS),
                        Arbitraries.of("added", "updated", "removed", "state"),
                        Arbitraries.of("active", "inactive", "closed").injectNull(0.3),
                        Arbitraries.of("Order 1042", "").injectNull(0.4),
                        Arbitraries.of(ADDRESSES).list().ofMaxSize(2).injectNull(0.4),
                        seconds().injectNull(0.3),
                        source())
                .as((sid, kind, state, name, addresses, second, source) -> i -> {
                    var binding = addresses == null ? null : new Binding(null, addresses, OURS, null, null);
                    var fields =
                            new ConversationFields("IS1", null, name, name, null, state, binding, null, START, second);
                    return switch (kind) {
                        case "added" -> new ConversationAdded(sid, fields, source.make(i));
                        case "updated" -> new ConversationUpdated(sid, fields, source.make(i));
                        case "removed" -> new ConversationRemoved(sid, fields, second, source.make(i));
                        default ->
                            new ConversationStateUpdated(
                                    sid, "active", state, second, "TIMER", "IS1", null, source.make(i));
                    };
                });
    }

    private static Arbitrary<Maker> participant() {
        return Combinators.combine(
                        Arbitraries.integers().between(1, 3),
                        Arbitraries.of("added", "updated", "removed"),
                        Arbitraries.of(ADDRESSES).injectNull(0.3),
                        Arbitraries.of("agent-7", "").injectNull(0.5),
                        Arbitraries.longs().between(0, 3).injectNull(0.5),
                        seconds().injectNull(0.3),
                        source())
                .as((number, kind, address, identity, read, second, source) -> i -> {
                    var sid = "MB" + number;
                    var conversation = CONVERSATIONS.get(number % 2);
                    var binding = address == null ? null : new Binding("SMS", List.of(address), OURS, null, null);
                    var fields = new ParticipantFields(identity, binding, "RL1", "{}", read, START, second, null);
                    return switch (kind) {
                        case "added" -> new ParticipantAdded(conversation, sid, fields, source.make(i));
                        case "updated" -> new ParticipantUpdated(conversation, sid, fields, source.make(i));
                        default -> new ParticipantRemoved(conversation, sid, fields, second, source.make(i));
                    };
                });
    }

    private static Arbitrary<Maker> user() {
        return Combinators.combine(
                        Arbitraries.of(true, false),
                        Arbitraries.of("Ada", "Grace", "").injectNull(0.3),
                        Arbitraries.of(true, false).injectNull(0.3),
                        seconds().injectNull(0.3),
                        source())
                .as((added, name, online, second, source) -> i -> {
                    var fields = new UserFields("IS1", "agent-7", name, "RL1", "{}", online, null, START, second);
                    return added
                            ? new UserAdded("US1", fields, source.make(i))
                            : new UserUpdated("US1", fields, source.make(i));
                });
    }

    private static Arbitrary<Maker> flowEnd() {
        return Combinators.combine(
                        Arbitraries.of("FN1", "FN2").injectNull(0.3),
                        Arbitraries.of("done", "timeout").injectNull(0.3),
                        Arbitraries.of("beagle", "corgi"),
                        receivedSeconds())
                .as((execution, reason, breed, received) -> i -> new FlowEnded(
                        "CH1",
                        "FW1",
                        execution,
                        reason,
                        null,
                        Map.of("breed", breed),
                        source(SourceKind.FLOW_ENDED, null, received, i)));
    }

    private static Arbitrary<Maker> execution() {
        return Combinators.combine(
                        Arbitraries.of("FN1", "FN2"),
                        Arbitraries.of(true, false),
                        Arbitraries.of("CH1", "CH2").injectNull(0.5),
                        seconds().injectNull(0.3),
                        receivedSeconds())
                .as((execution, started, conversation, second, received) -> i -> {
                    var source = source(SourceKind.EVENT_STREAM, null, received, i);
                    var address = conversation == null ? ADDRESSES.getFirst() : null;
                    return started
                            ? new FlowExecutionStarted(execution, "FW1", conversation, address, "IM1", START, source)
                            : new FlowExecutionEnded(
                                    execution, "FW1", conversation, address, "IM1", START, second, "FLOW_END", source);
                });
    }

    /// Findings that agree with the messages, that reach further, and that do not reach as far.
    private static Arbitrary<Maker> finding() {
        return Combinators.combine(
                        Arbitraries.of(CONVERSATIONS),
                        Arbitraries.longs().between(0, 3).injectNull(0.2),
                        Arbitraries.of(true, false),
                        seconds(),
                        receivedSeconds())
                .as((conversation, through, isHoleFirst, second, received) -> i -> {
                    var holes = isHoleFirst && through != null && through > 0
                            ? List.of(new IndexRange(0L, 0L))
                            : List.<IndexRange>of();
                    return new ConversationReconciled(
                            conversation,
                            "IS1",
                            second,
                            through,
                            through == null ? 0 : through + 1 - holes.size(),
                            holes,
                            source(SourceKind.REST, null, received, i));
                });
    }

    private interface SourceMaker {
        Source make(int number);
    }

    private static Arbitrary<SourceMaker> source() {
        return Combinators.combine(
                        Arbitraries.of(
                                SourceKind.WEBHOOK, SourceKind.WEBHOOK, SourceKind.REST, SourceKind.EVENT_STREAM),
                        Arbitraries.of("SMS", "API", "SDK").injectNull(0.4),
                        receivedSeconds())
                .as((kind, origin, received) -> number -> source(kind, origin, received, number));
    }

    private static Source source(SourceKind kind, @Nullable String origin, Instant received, int number) {
        var body = ("body " + number).getBytes(StandardCharsets.UTF_8);
        return new Source(
                kind,
                EventId.of(ACCOUNT, kind, body),
                ACCOUNT,
                received,
                null,
                null,
                null,
                null,
                origin,
                null,
                body,
                List.of());
    }

    /// Few seconds with different milliseconds: the second decides, the rest must not.
    private static Arbitrary<Instant> seconds() {
        return Arbitraries.integers().between(0, 5).map(n -> START.plusMillis(400L * n));
    }

    private static Arbitrary<Instant> receivedSeconds() {
        return Arbitraries.integers()
                .between(0, 5)
                .map(n -> START.plusSeconds(60).plusMillis(700L * n));
    }
}
