package org.transcriptpipeline.archive.handoff;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.transcriptpipeline.archive.merge.Observations;
import org.transcriptpipeline.event.FlowEnded;
import org.transcriptpipeline.event.StorableText;

/// Turns the ends of flows into handoffs. One end, one handoff, whoever tells of it: the identity is the
/// conversation and the execution. A trigger that knows no execution joins the newest handoff of the conversation,
/// unless the customer wrote after what that one covered.
///
/// A trigger that is seen again does nothing, so that a replay has no effect.
@Component
public class HandoffTriggers {

    private static final String TRIGGER = "flow_ended";

    private final JdbcTemplate jdbc;
    private final HandoffProperties properties;

    HandoffTriggers(JdbcTemplate jdbc, HandoffProperties properties) {
        this.jdbc = jdbc;
        this.properties = properties;
    }

    /// Runs in the transaction of the batch, after its rows are merged and while the conversations' rows are locked.
    public void apply(List<FlowEnded> flowEnds) {
        var fresh = unseen(flowEnds);
        if (fresh.isEmpty()) {
            return;
        }
        var handoffs = newestFirst(fresh);
        var customerMessages = customerMessages(fresh);
        List<Handoff> made = new ArrayList<>();
        List<Handoff> adopted = new ArrayList<>();
        Map<String, String> handoffByEvent = new LinkedHashMap<>();
        for (var ended : fresh) {
            var known = handoffs.computeIfAbsent(ended.conversationSid(), _ -> new ArrayList<>());
            var messages = customerMessages.getOrDefault(ended.conversationSid(), List.of());
            var handoff = find(ended, known, messages);
            if (handoff == null) {
                handoff = Handoff.of(ended);
                known.addFirst(handoff);
                made.add(handoff);
            } else if (handoff.executionSid == null && ended.executionSid() != null) {
                var adopting = handoff.adoptedBy(ended);
                known.set(known.indexOf(handoff), adopting);
                adopted.add(adopting);
            }
            handoffByEvent.put(ended.source().eventId(), handoff.handoffId);
        }
        insert(made);
        adopt(adopted);
        remember(fresh, handoffByEvent);
    }

    private List<FlowEnded> unseen(List<FlowEnded> flowEnds) {
        if (flowEnds.isEmpty()) {
            return List.of();
        }
        Set<String> seen = new HashSet<>(jdbc.queryForList("""
                SELECT event_id
                FROM store.handoff_triggers
                WHERE event_id = ANY (?)
                """, String.class, (Object)
                flowEnds.stream().map(e -> e.source().eventId()).toArray(String[]::new)));
        return flowEnds.stream()
                .sorted(Comparator.comparing((FlowEnded e) -> e.source().receivedAt())
                        .thenComparing(e -> e.source().eventId()))
                .filter(e -> seen.add(e.source().eventId()))
                .toList();
    }

    private @Nullable Handoff find(FlowEnded ended, List<Handoff> newestFirst, List<CustomerMessage> messages) {
        for (var handoff : newestFirst) {
            if (handoff.executionSid != null && handoff.executionSid.equals(ended.executionSid())) {
                return handoff;
            }
        }
        if (newestFirst.isEmpty()) {
            return null;
        }
        var newest = newestFirst.getFirst();
        if (ended.executionSid() != null && newest.executionSid != null) {
            return null; // another run of the flow
        }
        return customerWroteBetween(newest, ended, messages) ? null : newest;
    }

    /// Whether the customer wrote after what the handoff covers and before this end. A handoff that has no snapshot
    /// yet covers what comes until its deadline.
    private boolean customerWroteBetween(Handoff handoff, FlowEnded ended, List<CustomerMessage> messages) {
        var end = ended.source().receivedAt();
        var covers = handoff.coversThroughIndex;
        if (covers != null) {
            return messages.stream().anyMatch(m -> m.index > covers && !m.receivedAt.isAfter(end));
        }
        var deadline = handoff.requestedAt.plus(properties.deadline());
        return messages.stream().anyMatch(m -> m.receivedAt.isAfter(deadline) && !m.receivedAt.isAfter(end));
    }

    private Map<String, List<Handoff>> newestFirst(List<FlowEnded> flowEnds) {
        Map<String, List<Handoff>> byConversation = new HashMap<>();
        jdbc.query(
                """
                SELECT
                    h.handoff_id, h.account_sid, h.conversation_sid, h.execution_sid, h.flow_sid, h.reason, h.note, h.answers,
                    h.requested_at,
                    (SELECT max(s.covers_through_index) FROM store.handoff_snapshots s WHERE s.handoff_id = h.handoff_id) AS covers
                FROM store.handoffs h
                WHERE h.conversation_sid = ANY (?)
                ORDER BY h.requested_at DESC, h.handoff_id
                FOR UPDATE
                """,
                row -> {
                    byConversation
                            .computeIfAbsent(row.getString("conversation_sid"), _ -> new ArrayList<>())
                            .add(new Handoff(
                                    row.getString("handoff_id"),
                                    row.getString("account_sid"),
                                    row.getString("conversation_sid"),
                                    row.getString("execution_sid"),
                                    row.getString("flow_sid"),
                                    row.getString("reason"),
                                    row.getString("note"),
                                    row.getString("answers"),
                                    row.getTimestamp("requested_at").toInstant(),
                                    row.getObject("covers", Long.class)));
                },
                (Object) conversationSids(flowEnds));
        return byConversation;
    }

    /// The customers' messages that may separate two ends: those received after the first handoff was asked for.
    private Map<String, List<CustomerMessage>> customerMessages(List<FlowEnded> flowEnds) {
        Map<String, List<CustomerMessage>> byConversation = new HashMap<>();
        jdbc.query(
                """
                SELECT m.conversation_sid, m.index, m.first_received_at
                FROM store.messages m
                WHERE m.conversation_sid = ANY (?)
                    AND m.author_kind = 'customer'
                    AND m.index IS NOT NULL
                    AND EXISTS (SELECT FROM store.handoffs h WHERE h.conversation_sid = m.conversation_sid)
                ORDER BY m.index DESC
                LIMIT 10000
                """,
                row -> {
                    byConversation
                            .computeIfAbsent(row.getString("conversation_sid"), _ -> new ArrayList<>())
                            .add(new CustomerMessage(
                                    row.getLong("index"),
                                    row.getTimestamp("first_received_at").toInstant()));
                },
                (Object) conversationSids(flowEnds));
        return byConversation;
    }

    private void insert(List<Handoff> made) {
        if (made.isEmpty()) {
            return;
        }
        jdbc.update(
                """
                INSERT INTO store.handoffs (
                    handoff_id, account_sid, conversation_sid, execution_sid, flow_sid, trigger, reason, note, answers,
                    requested_at, status, deadline_at, next_check_at
                )
                SELECT
                    t.handoff_id, t.account_sid, t.conversation_sid, t.execution_sid, t.flow_sid, ?, t.reason, t.note,
                    t.answers::jsonb, t.requested_at::timestamptz,
                    CASE WHEN t.requested_at::timestamptz < now() - ?::interval THEN 'expired' ELSE 'settling' END,
                    now() + ?::interval, now()
                FROM unnest(
                    ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[]
                ) AS t (
                    handoff_id, account_sid, conversation_sid, execution_sid, flow_sid, reason, note, answers, requested_at
                )
                ON CONFLICT (handoff_id) DO NOTHING
                """,
                TRIGGER,
                properties.expireAfter().toString(),
                properties.deadline().toString(),
                texts(made, h -> h.handoffId),
                texts(made, h -> h.accountSid),
                texts(made, h -> h.conversationSid),
                texts(made, h -> h.executionSid),
                texts(made, h -> h.flowSid),
                texts(made, h -> h.reason),
                texts(made, h -> h.note),
                texts(made, h -> h.answers),
                texts(made, h -> h.requestedAt.toString()));
    }

    private void adopt(List<Handoff> adopted) {
        if (adopted.isEmpty()) {
            return;
        }
        jdbc.update(
                """
                UPDATE store.handoffs AS h
                SET
                    execution_sid = t.execution_sid,
                    flow_sid = t.flow_sid,
                    reason = t.reason,
                    note = t.note,
                    answers = t.answers::jsonb
                FROM unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[])
                    AS t (handoff_id, execution_sid, flow_sid, reason, note, answers)
                WHERE h.handoff_id = t.handoff_id
                """,
                texts(adopted, h -> h.handoffId),
                texts(adopted, h -> h.executionSid),
                texts(adopted, h -> h.flowSid),
                texts(adopted, h -> h.reason),
                texts(adopted, h -> h.note),
                texts(adopted, h -> h.answers));
    }

    private void remember(List<FlowEnded> fresh, Map<String, String> handoffByEvent) {
        jdbc.update(
                """
                INSERT INTO store.handoff_triggers (event_id, handoff_id, account_sid, trigger, received_at)
                SELECT t.event_id, t.handoff_id, t.account_sid, ?, t.received_at::timestamptz
                FROM unnest(?::text[], ?::text[], ?::text[], ?::text[]) AS t (event_id, handoff_id, account_sid, received_at)
                ON CONFLICT (event_id) DO NOTHING
                """,
                TRIGGER,
                texts(fresh, e -> e.source().eventId()),
                texts(fresh, e -> handoffByEvent.get(e.source().eventId())),
                texts(fresh, e -> e.source().accountSid()),
                texts(fresh, e -> e.source().receivedAt().toString()));
    }

    private static String[] conversationSids(List<FlowEnded> flowEnds) {
        return flowEnds.stream().map(FlowEnded::conversationSid).distinct().toArray(String[]::new);
    }

    private static <T> String[] texts(List<T> rows, java.util.function.Function<T, @Nullable String> column) {
        return rows.stream().map(column).toArray(String[]::new);
    }

    private record CustomerMessage(long index, Instant receivedAt) {}

    private record Handoff(
            String handoffId,
            String accountSid,
            String conversationSid,
            @Nullable String executionSid,
            @Nullable String flowSid,
            @Nullable String reason,
            @Nullable String note,
            @Nullable String answers,
            Instant requestedAt,
            @Nullable Long coversThroughIndex) {

        private static Handoff of(FlowEnded ended) {
            var source = ended.source();
            var identity = ended.executionSid() != null ? ended.executionSid() : source.eventId();
            return new Handoff(
                    id(ended.conversationSid(), identity),
                    source.accountSid(),
                    ended.conversationSid(),
                    ended.executionSid(),
                    ended.flowSid(),
                    text(ended.reason()),
                    text(ended.note()),
                    Observations.answers(ended),
                    source.receivedAt(),
                    null);
        }

        /// The same handoff, now that its execution is known; what was told before holds.
        private Handoff adoptedBy(FlowEnded ended) {
            return new Handoff(
                    handoffId,
                    accountSid,
                    conversationSid,
                    ended.executionSid(),
                    flowSid != null ? flowSid : ended.flowSid(),
                    reason != null ? reason : text(ended.reason()),
                    note != null ? note : text(ended.note()),
                    answers != null ? answers : Observations.answers(ended),
                    requestedAt,
                    coversThroughIndex);
        }

        /// Derived from the identity, so that a store that is rebuilt gives the same handoff the same id.
        private static String id(String conversationSid, String identity) {
            return UUID.nameUUIDFromBytes((conversationSid + '\n' + identity).getBytes(StandardCharsets.UTF_8))
                    .toString();
        }

        private static @Nullable String text(@Nullable String text) {
            return text == null ? null : StorableText.of(text);
        }

        @Override
        public String toString() {
            return "Handoff[" + handoffId + "]"; // reason, note and answers are somebody's words
        }
    }
}
