package org.transcriptpipeline.archive.reading;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.transcriptpipeline.archive.reading.ConversationDetails.Delivery;
import org.transcriptpipeline.archive.reading.ConversationDetails.FlowExecution;
import org.transcriptpipeline.archive.reading.ConversationDetails.Handoff;
import org.transcriptpipeline.archive.reading.ConversationDetails.Participant;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/// What belongs to one conversation: a query for each kind of it, however much there is. Within the reader's
/// transaction.
final class DetailQueries {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final TypeReference<Map<String, Object>> ANSWERS = new TypeReference<>() {};

    private final JdbcTemplate jdbc;

    DetailQueries(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    List<Participant> participants(String conversationSid) {
        return jdbc.query(
                """
                SELECT
                    p.participant_sid, p.identity, p.address, p.proxy_address, p.channel, p.last_read_message_index, p.joined_at,
                    p.left_at
                FROM transcripts.participants p
                WHERE p.conversation_sid = ?
                ORDER BY p.joined_at NULLS LAST, p.participant_sid
                LIMIT ?
                """,
                (row, _) -> new Participant(
                        row.getString("participant_sid"),
                        row.getString("identity"),
                        row.getString("address"),
                        row.getString("proxy_address"),
                        row.getString("channel"),
                        Rows.number(row, "last_read_message_index"),
                        Rows.time(row, "joined_at"),
                        Rows.time(row, "left_at")),
                conversationSid,
                Conversations.MOST_OF_EACH);
    }

    List<FlowExecution> flowExecutions(String conversationSid) {
        return jdbc.query(
                """
                SELECT e.execution_sid, e.flow_sid, e.started_at, e.ended_at, e.ended_reason, e.answers
                FROM transcripts.flow_executions e
                WHERE e.conversation_sid = ?
                ORDER BY coalesce(e.ended_at, e.started_at) DESC NULLS FIRST, e.execution_sid
                LIMIT ?
                """,
                (row, _) -> new FlowExecution(
                        row.getString("execution_sid"),
                        row.getString("flow_sid"),
                        Rows.time(row, "started_at"),
                        Rows.time(row, "ended_at"),
                        row.getString("ended_reason"),
                        answers(row.getString("answers"))),
                conversationSid,
                Conversations.MOST_OF_EACH);
    }

    private static Map<String, Object> answers(@Nullable String json) {
        return json == null ? Map.of() : JSON.readValue(json, ANSWERS);
    }

    List<Handoff> handoffs(String conversationSid) {
        var deliveries = deliveries(conversationSid);
        return jdbc.query(
                """
                SELECT
                    h.handoff_id, h.version, h.kind, h.follows_version, h.trigger, h.reason, h.status, h.rule, h.execution_sid,
                    h.flow_sid, h.requested_at, h.ready_at, h.published_at, h.taken_at, h.verdict, h.message_count,
                    h.content_sha256
                FROM transcripts.handoffs h
                WHERE h.conversation_sid = ?
                ORDER BY h.requested_at DESC, h.handoff_id, h.version DESC
                LIMIT ?
                """,
                (row, _) -> {
                    var id = row.getString("handoff_id");
                    int version = row.getInt("version");
                    return new Handoff(
                            id,
                            version,
                            row.getString("kind"),
                            Rows.smallNumber(row, "follows_version"),
                            row.getString("trigger"),
                            row.getString("reason"),
                            row.getString("status"),
                            row.getString("rule"),
                            row.getString("execution_sid"),
                            row.getString("flow_sid"),
                            Rows.knownTime(row, "requested_at"),
                            Rows.time(row, "ready_at"),
                            Rows.time(row, "published_at"),
                            Rows.time(row, "taken_at"),
                            row.getString("verdict"),
                            Rows.smallNumber(row, "message_count"),
                            row.getString("content_sha256"),
                            deliveries.getOrDefault(new Version(id, version), List.of()));
                },
                conversationSid,
                Conversations.MOST_OF_EACH);
    }

    private record Version(String handoffId, int number) {}

    private Map<Version, List<Delivery>> deliveries(String conversationSid) {
        Map<Version, List<Delivery>> deliveries = new HashMap<>();
        jdbc.query(
                """
                SELECT
                    d.handoff_id, d.version, d.destination_kind, d.destination, d.destination_name, d.rule, d.status, d.attempts,
                    d.planned_at, d.not_before, d.first_attempt_at, d.sent_at, d.message_id, d.response, d.content_sha256
                FROM transcripts.handoff_deliveries d
                WHERE d.conversation_sid = ?
                ORDER BY d.planned_at DESC NULLS LAST, d.destination_kind, d.destination
                LIMIT ?
                """,
                row -> {
                    deliveries
                            .computeIfAbsent(
                                    new Version(row.getString("handoff_id"), row.getInt("version")),
                                    _ -> new ArrayList<>())
                            .add(new Delivery(
                                    row.getString("destination_kind"),
                                    row.getString("destination"),
                                    row.getString("destination_name"),
                                    row.getString("rule"),
                                    row.getString("status"),
                                    row.getInt("attempts"),
                                    Rows.time(row, "planned_at"),
                                    Rows.time(row, "not_before"),
                                    Rows.time(row, "first_attempt_at"),
                                    Rows.time(row, "sent_at"),
                                    row.getString("message_id"),
                                    row.getString("response"),
                                    row.getString("content_sha256")));
                },
                conversationSid,
                Conversations.MOST_OF_EACH);
        return deliveries;
    }
}
