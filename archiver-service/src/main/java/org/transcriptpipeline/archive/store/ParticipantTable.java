package org.transcriptpipeline.archive.store;

import io.micrometer.core.instrument.MeterRegistry;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.transcriptpipeline.archive.merge.ParticipantState;
import org.transcriptpipeline.archive.merge.Registers;

/// Participants of conversations.
final class ParticipantTable extends MergedTable<ParticipantState> {

    private static final String SELECT = """
            SELECT
                participant_sid, conversation_sid, account_sid, left_at, first_received_at, sources, identity, address,
                proxy_address, binding_type, role_sid, attributes, last_read_message_index, joined_at, versions
            FROM store.participants
            WHERE participant_sid = ANY (?)
            ORDER BY participant_sid
            FOR UPDATE
            """;

    private static final String INSERT = """
            INSERT INTO store.participants (
                participant_sid, conversation_sid, account_sid, left_at, first_received_at, sources, identity, address,
                proxy_address, binding_type, role_sid, attributes, last_read_message_index, joined_at, versions
            )
            SELECT
                t.participant_sid, t.conversation_sid, t.account_sid, t.left_at::timestamptz,
                t.first_received_at::timestamptz, t.sources::text[], t.identity, t.address, t.proxy_address,
                t.binding_type, t.role_sid, t.attributes, t.last_read_message_index, t.joined_at::timestamptz, t.versions
            FROM unnest(
                ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[],
                ?::text[], ?::text[], ?::text[], ?::bigint[], ?::text[], ?::bytea[]
            ) AS t (
                participant_sid, conversation_sid, account_sid, left_at, first_received_at, sources, identity, address,
                proxy_address, binding_type, role_sid, attributes, last_read_message_index, joined_at, versions
            )
            ON CONFLICT (participant_sid) DO NOTHING
            """;

    private static final String UPDATE = """
            UPDATE store.participants AS r
            SET
                conversation_sid = t.conversation_sid,
                account_sid = t.account_sid,
                left_at = t.left_at::timestamptz,
                first_received_at = t.first_received_at::timestamptz,
                sources = t.sources::text[],
                identity = t.identity,
                address = t.address,
                proxy_address = t.proxy_address,
                binding_type = t.binding_type,
                role_sid = t.role_sid,
                attributes = t.attributes,
                last_read_message_index = t.last_read_message_index,
                joined_at = t.joined_at::timestamptz,
                versions = t.versions
            FROM unnest(
                ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[],
                ?::text[], ?::text[], ?::text[], ?::bigint[], ?::text[], ?::bytea[]
            ) AS t (
                participant_sid, conversation_sid, account_sid, left_at, first_received_at, sources, identity, address,
                proxy_address, binding_type, role_sid, attributes, last_read_message_index, joined_at, versions
            )
            WHERE r.participant_sid = t.participant_sid
            """;

    ParticipantTable(JdbcTemplate jdbc, MeterRegistry meters) {
        super(jdbc, meters, "participants", new Statements(SELECT, INSERT, UPDATE));
    }

    @Override
    Object[] columns(List<ParticipantState> states) {
        return new Object[] {
            texts(states, ParticipantState::key),
            texts(states, ParticipantState::conversationSid),
            texts(states, ParticipantState::accountSid),
            times(states, ParticipantState::leftAt),
            times(states, ParticipantState::firstReceivedAt),
            sets(states, ParticipantState::sources),
            texts(states, s -> s.registers().text(ParticipantState.Field.IDENTITY)),
            texts(states, s -> s.registers().text(ParticipantState.Field.ADDRESS)),
            texts(states, s -> s.registers().text(ParticipantState.Field.PROXY_ADDRESS)),
            texts(states, s -> s.registers().text(ParticipantState.Field.BINDING_TYPE)),
            texts(states, s -> s.registers().text(ParticipantState.Field.ROLE_SID)),
            texts(states, s -> s.registers().text(ParticipantState.Field.ATTRIBUTES)),
            longs(states, s -> (Long) s.registers().value(ParticipantState.Field.LAST_READ_MESSAGE_INDEX)),
            times(states, s -> (Instant) s.registers().value(ParticipantState.Field.JOINED_AT)),
            bytes(states, s -> s.registers().packVersions()),
        };
    }

    @Override
    ParticipantState read(ResultSet row) throws SQLException {
        var columns = new EnumMap<ParticipantState.Field, @Nullable Object>(ParticipantState.Field.class);
        columns.put(ParticipantState.Field.IDENTITY, row.getString("identity"));
        columns.put(ParticipantState.Field.ADDRESS, row.getString("address"));
        columns.put(ParticipantState.Field.PROXY_ADDRESS, row.getString("proxy_address"));
        columns.put(ParticipantState.Field.BINDING_TYPE, row.getString("binding_type"));
        columns.put(ParticipantState.Field.ROLE_SID, row.getString("role_sid"));
        columns.put(ParticipantState.Field.ATTRIBUTES, row.getString("attributes"));
        columns.put(
                ParticipantState.Field.LAST_READ_MESSAGE_INDEX, row.getObject("last_read_message_index", Long.class));
        columns.put(ParticipantState.Field.JOINED_AT, time(row, "joined_at"));
        var registers = Registers.unpack(ParticipantState.Field.class, row.getBytes("versions"), columns);
        return new ParticipantState(
                row.getString("participant_sid"),
                row.getString("conversation_sid"),
                row.getString("account_sid"),
                registers,
                time(row, "left_at"),
                requiredTime(row, "first_received_at"),
                set(row, "sources"));
    }
}
