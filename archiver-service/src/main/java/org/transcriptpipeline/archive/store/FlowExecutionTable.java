package org.transcriptpipeline.archive.store;

import io.micrometer.core.instrument.MeterRegistry;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.transcriptpipeline.archive.merge.FlowExecutionState;
import org.transcriptpipeline.archive.merge.Registers;

/// Executions of Studio flows.
final class FlowExecutionTable extends MergedTable<FlowExecutionState> {

    private static final String SELECT = """
            SELECT
                execution_sid, account_sid, ended_at, first_received_at, sources, flow_sid, conversation_sid, started_at,
                ended_reason, answers, contact_address, versions
            FROM store.flow_executions
            WHERE execution_sid = ANY (?)
            ORDER BY execution_sid
            FOR UPDATE
            """;

    private static final String INSERT = """
            INSERT INTO store.flow_executions (
                execution_sid, account_sid, ended_at, first_received_at, sources, flow_sid, conversation_sid, started_at,
                ended_reason, answers, contact_address, versions
            )
            SELECT
                t.execution_sid, t.account_sid, t.ended_at::timestamptz, t.first_received_at::timestamptz,
                t.sources::text[], t.flow_sid, t.conversation_sid, t.started_at::timestamptz, t.ended_reason,
                t.answers::jsonb, t.contact_address, t.versions
            FROM unnest(
                ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[],
                ?::text[], ?::text[], ?::bytea[]
            ) AS t (
                execution_sid, account_sid, ended_at, first_received_at, sources, flow_sid, conversation_sid, started_at,
                ended_reason, answers, contact_address, versions
            )
            ON CONFLICT (execution_sid) DO NOTHING
            """;

    private static final String UPDATE = """
            UPDATE store.flow_executions AS r
            SET
                account_sid = t.account_sid,
                ended_at = t.ended_at::timestamptz,
                first_received_at = t.first_received_at::timestamptz,
                sources = t.sources::text[],
                flow_sid = t.flow_sid,
                conversation_sid = t.conversation_sid,
                started_at = t.started_at::timestamptz,
                ended_reason = t.ended_reason,
                answers = t.answers::jsonb,
                contact_address = t.contact_address,
                versions = t.versions
            FROM unnest(
                ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[],
                ?::text[], ?::text[], ?::bytea[]
            ) AS t (
                execution_sid, account_sid, ended_at, first_received_at, sources, flow_sid, conversation_sid, started_at,
                ended_reason, answers, contact_address, versions
            )
            WHERE r.execution_sid = t.execution_sid
            """;

    FlowExecutionTable(JdbcTemplate jdbc, MeterRegistry meters) {
        super(jdbc, meters, "flow_executions", new Statements(SELECT, INSERT, UPDATE));
    }

    @Override
    Object[] columns(List<FlowExecutionState> states) {
        return new Object[] {
            texts(states, FlowExecutionState::key),
            texts(states, FlowExecutionState::accountSid),
            times(states, FlowExecutionState::endedAt),
            times(states, FlowExecutionState::firstReceivedAt),
            sets(states, FlowExecutionState::sources),
            texts(states, s -> s.registers().text(FlowExecutionState.Field.FLOW_SID)),
            texts(states, s -> s.registers().text(FlowExecutionState.Field.CONVERSATION_SID)),
            times(states, s -> (Instant) s.registers().value(FlowExecutionState.Field.STARTED_AT)),
            texts(states, s -> s.registers().text(FlowExecutionState.Field.ENDED_REASON)),
            texts(states, s -> s.registers().text(FlowExecutionState.Field.ANSWERS)),
            texts(states, s -> s.registers().text(FlowExecutionState.Field.CONTACT_ADDRESS)),
            bytes(states, s -> s.registers().packVersions()),
        };
    }

    @Override
    FlowExecutionState read(ResultSet row) throws SQLException {
        var columns = new EnumMap<FlowExecutionState.Field, @Nullable Object>(FlowExecutionState.Field.class);
        columns.put(FlowExecutionState.Field.FLOW_SID, row.getString("flow_sid"));
        columns.put(FlowExecutionState.Field.CONVERSATION_SID, row.getString("conversation_sid"));
        columns.put(FlowExecutionState.Field.STARTED_AT, time(row, "started_at"));
        columns.put(FlowExecutionState.Field.ENDED_REASON, row.getString("ended_reason"));
        columns.put(FlowExecutionState.Field.ANSWERS, row.getString("answers"));
        columns.put(FlowExecutionState.Field.CONTACT_ADDRESS, row.getString("contact_address"));
        var registers = Registers.unpack(FlowExecutionState.Field.class, row.getBytes("versions"), columns);
        return new FlowExecutionState(
                row.getString("execution_sid"),
                row.getString("account_sid"),
                registers,
                time(row, "ended_at"),
                requiredTime(row, "first_received_at"),
                set(row, "sources"));
    }
}
