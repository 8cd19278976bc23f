package org.transcriptpipeline.archive.store;

import io.micrometer.core.instrument.MeterRegistry;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.transcriptpipeline.archive.merge.ConversationState;
import org.transcriptpipeline.archive.merge.Registers;
import org.transcriptpipeline.archive.merge.StorableJson;

/// Conversations, without what is derived of them, see [Derivation].
final class ConversationTable extends MergedTable<ConversationState> {

    private static final String SELECT = """
            SELECT
                conversation_sid, account_sid, closed_at, removed_at, first_received_at, sources, attributes_json,
                service_sid, messaging_service_sid, unique_name, friendly_name, attributes, state, binding_addresses,
                binding_proxy_address, started_at, listed_at, listed_through, listed_holes, versions
            FROM store.conversations
            WHERE conversation_sid = ANY (?)
            ORDER BY conversation_sid
            FOR UPDATE
            """;

    private static final String INSERT = """
            INSERT INTO store.conversations (
                conversation_sid, account_sid, closed_at, removed_at, first_received_at, sources, attributes_json,
                service_sid, messaging_service_sid, unique_name, friendly_name, attributes, state, binding_addresses,
                binding_proxy_address, started_at, listed_at, listed_through, listed_holes, versions
            )
            SELECT
                t.conversation_sid, t.account_sid, t.closed_at::timestamptz, t.removed_at::timestamptz,
                t.first_received_at::timestamptz, t.sources::text[], t.attributes_json::jsonb, t.service_sid,
                t.messaging_service_sid, t.unique_name, t.friendly_name, t.attributes, t.state,
                t.binding_addresses::text[], t.binding_proxy_address, t.started_at::timestamptz,
                t.listed_at::timestamptz, t.listed_through, t.listed_holes::int8multirange, t.versions
            FROM unnest(
                ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[],
                ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::bigint[],
                ?::text[], ?::bytea[]
            ) AS t (
                conversation_sid, account_sid, closed_at, removed_at, first_received_at, sources, attributes_json,
                service_sid, messaging_service_sid, unique_name, friendly_name, attributes, state, binding_addresses,
                binding_proxy_address, started_at, listed_at, listed_through, listed_holes, versions
            )
            ON CONFLICT (conversation_sid) DO NOTHING
            """;

    private static final String UPDATE = """
            UPDATE store.conversations AS r
            SET
                account_sid = t.account_sid,
                closed_at = t.closed_at::timestamptz,
                removed_at = t.removed_at::timestamptz,
                first_received_at = t.first_received_at::timestamptz,
                sources = t.sources::text[],
                attributes_json = t.attributes_json::jsonb,
                service_sid = t.service_sid,
                messaging_service_sid = t.messaging_service_sid,
                unique_name = t.unique_name,
                friendly_name = t.friendly_name,
                attributes = t.attributes,
                state = t.state,
                binding_addresses = t.binding_addresses::text[],
                binding_proxy_address = t.binding_proxy_address,
                started_at = t.started_at::timestamptz,
                listed_at = t.listed_at::timestamptz,
                listed_through = t.listed_through,
                listed_holes = t.listed_holes::int8multirange,
                versions = t.versions
            FROM unnest(
                ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[],
                ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::bigint[],
                ?::text[], ?::bytea[]
            ) AS t (
                conversation_sid, account_sid, closed_at, removed_at, first_received_at, sources, attributes_json,
                service_sid, messaging_service_sid, unique_name, friendly_name, attributes, state, binding_addresses,
                binding_proxy_address, started_at, listed_at, listed_through, listed_holes, versions
            )
            WHERE r.conversation_sid = t.conversation_sid
            """;

    ConversationTable(JdbcTemplate jdbc, MeterRegistry meters) {
        super(jdbc, meters, "conversations", new Statements(SELECT, INSERT, UPDATE));
    }

    @Override
    Object[] columns(List<ConversationState> states) {
        return new Object[] {
            texts(states, ConversationState::key),
            texts(states, ConversationState::accountSid),
            times(states, ConversationState::closedAt),
            times(states, ConversationState::removedAt),
            times(states, ConversationState::firstReceivedAt),
            sets(states, ConversationState::sources),
            texts(states, s -> StorableJson.orNull(s.registers().text(ConversationState.Field.ATTRIBUTES))),
            texts(states, s -> s.registers().text(ConversationState.Field.SERVICE_SID)),
            texts(states, s -> s.registers().text(ConversationState.Field.MESSAGING_SERVICE_SID)),
            texts(states, s -> s.registers().text(ConversationState.Field.UNIQUE_NAME)),
            texts(states, s -> s.registers().text(ConversationState.Field.FRIENDLY_NAME)),
            texts(states, s -> s.registers().text(ConversationState.Field.ATTRIBUTES)),
            texts(states, s -> s.registers().text(ConversationState.Field.STATE)),
            texts(states, s -> s.registers().text(ConversationState.Field.BINDING_ADDRESSES)),
            texts(states, s -> s.registers().text(ConversationState.Field.BINDING_PROXY_ADDRESS)),
            times(states, s -> (Instant) s.registers().value(ConversationState.Field.STARTED_AT)),
            times(states, s -> (Instant) s.registers().value(ConversationState.Field.LISTED_AT)),
            longs(states, s -> (Long) s.registers().value(ConversationState.Field.LISTED_THROUGH)),
            texts(states, s -> s.registers().text(ConversationState.Field.LISTED_HOLES)),
            bytes(states, s -> s.registers().packVersions()),
        };
    }

    @Override
    ConversationState read(ResultSet row) throws SQLException {
        var columns = new EnumMap<ConversationState.Field, @Nullable Object>(ConversationState.Field.class);
        columns.put(ConversationState.Field.SERVICE_SID, row.getString("service_sid"));
        columns.put(ConversationState.Field.MESSAGING_SERVICE_SID, row.getString("messaging_service_sid"));
        columns.put(ConversationState.Field.UNIQUE_NAME, row.getString("unique_name"));
        columns.put(ConversationState.Field.FRIENDLY_NAME, row.getString("friendly_name"));
        columns.put(ConversationState.Field.ATTRIBUTES, row.getString("attributes"));
        columns.put(ConversationState.Field.STATE, row.getString("state"));
        columns.put(ConversationState.Field.BINDING_ADDRESSES, arrayLiteral(row, "binding_addresses"));
        columns.put(ConversationState.Field.BINDING_PROXY_ADDRESS, row.getString("binding_proxy_address"));
        columns.put(ConversationState.Field.STARTED_AT, time(row, "started_at"));
        columns.put(ConversationState.Field.LISTED_AT, time(row, "listed_at"));
        columns.put(ConversationState.Field.LISTED_THROUGH, row.getObject("listed_through", Long.class));
        columns.put(ConversationState.Field.LISTED_HOLES, row.getString("listed_holes"));
        var registers = Registers.unpack(ConversationState.Field.class, row.getBytes("versions"), columns);
        return new ConversationState(
                row.getString("conversation_sid"),
                row.getString("account_sid"),
                registers,
                time(row, "closed_at"),
                time(row, "removed_at"),
                requiredTime(row, "first_received_at"),
                set(row, "sources"));
    }
}
