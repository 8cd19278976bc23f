package org.transcriptpipeline.archive.store;

import io.micrometer.core.instrument.MeterRegistry;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.transcriptpipeline.archive.merge.DeliveryState;
import org.transcriptpipeline.archive.merge.Registers;

/// Deliveries, by the SID at the channel.
final class DeliveryTable extends MergedTable<DeliveryState> {

    private static final String SELECT = """
            SELECT
                channel_message_sid, account_sid, statuses, status, error_at, error_code, error_text, first_received_at,
                last_received_at, sources, delivery_receipt_sid, message_sid, conversation_sid, participant_sid,
                from_address, to_address, messaging_service_sid, channel_prefix, versions
            FROM store.deliveries
            WHERE channel_message_sid = ANY (?)
            ORDER BY channel_message_sid
            FOR UPDATE
            """;

    private static final String INSERT = """
            INSERT INTO store.deliveries (
                channel_message_sid, account_sid, statuses, status, error_at, error_code, error_text, first_received_at,
                last_received_at, sources, delivery_receipt_sid, message_sid, conversation_sid, participant_sid,
                from_address, to_address, messaging_service_sid, channel_prefix, versions
            )
            SELECT
                t.channel_message_sid, t.account_sid, t.statuses::text[], t.status, t.error_at::timestamptz, t.error_code,
                t.error_text, t.first_received_at::timestamptz, t.last_received_at::timestamptz, t.sources::text[],
                t.delivery_receipt_sid, t.message_sid, t.conversation_sid, t.participant_sid, t.from_address,
                t.to_address, t.messaging_service_sid, t.channel_prefix, t.versions
            FROM unnest(
                ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::integer[], ?::text[], ?::text[], ?::text[],
                ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[],
                ?::bytea[]
            ) AS t (
                channel_message_sid, account_sid, statuses, status, error_at, error_code, error_text, first_received_at,
                last_received_at, sources, delivery_receipt_sid, message_sid, conversation_sid, participant_sid,
                from_address, to_address, messaging_service_sid, channel_prefix, versions
            )
            ON CONFLICT (channel_message_sid) DO NOTHING
            """;

    private static final String UPDATE = """
            UPDATE store.deliveries AS r
            SET
                account_sid = t.account_sid,
                statuses = t.statuses::text[],
                status = t.status,
                error_at = t.error_at::timestamptz,
                error_code = t.error_code,
                error_text = t.error_text,
                first_received_at = t.first_received_at::timestamptz,
                last_received_at = t.last_received_at::timestamptz,
                sources = t.sources::text[],
                delivery_receipt_sid = t.delivery_receipt_sid,
                message_sid = t.message_sid,
                conversation_sid = t.conversation_sid,
                participant_sid = t.participant_sid,
                from_address = t.from_address,
                to_address = t.to_address,
                messaging_service_sid = t.messaging_service_sid,
                channel_prefix = t.channel_prefix,
                versions = t.versions
            FROM unnest(
                ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::integer[], ?::text[], ?::text[], ?::text[],
                ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[],
                ?::bytea[]
            ) AS t (
                channel_message_sid, account_sid, statuses, status, error_at, error_code, error_text, first_received_at,
                last_received_at, sources, delivery_receipt_sid, message_sid, conversation_sid, participant_sid,
                from_address, to_address, messaging_service_sid, channel_prefix, versions
            )
            WHERE r.channel_message_sid = t.channel_message_sid
            """;

    DeliveryTable(JdbcTemplate jdbc, MeterRegistry meters) {
        super(jdbc, meters, "deliveries", new Statements(SELECT, INSERT, UPDATE));
    }

    @Override
    Object[] columns(List<DeliveryState> states) {
        return new Object[] {
            texts(states, DeliveryState::key),
            texts(states, DeliveryState::accountSid),
            sets(states, DeliveryState::statuses),
            texts(states, DeliveryState::status),
            times(states, s -> s.error() == null ? null : s.error().at()),
            integers(states, s -> s.error() == null ? null : s.error().code()),
            texts(states, s -> s.error() == null ? null : s.error().text()),
            times(states, DeliveryState::firstReceivedAt),
            times(states, DeliveryState::lastReceivedAt),
            sets(states, DeliveryState::sources),
            texts(states, s -> s.registers().text(DeliveryState.Field.DELIVERY_RECEIPT_SID)),
            texts(states, s -> s.registers().text(DeliveryState.Field.MESSAGE_SID)),
            texts(states, s -> s.registers().text(DeliveryState.Field.CONVERSATION_SID)),
            texts(states, s -> s.registers().text(DeliveryState.Field.PARTICIPANT_SID)),
            texts(states, s -> s.registers().text(DeliveryState.Field.FROM_ADDRESS)),
            texts(states, s -> s.registers().text(DeliveryState.Field.TO_ADDRESS)),
            texts(states, s -> s.registers().text(DeliveryState.Field.MESSAGING_SERVICE_SID)),
            texts(states, s -> s.registers().text(DeliveryState.Field.CHANNEL_PREFIX)),
            bytes(states, s -> s.registers().packVersions()),
        };
    }

    @Override
    DeliveryState read(ResultSet row) throws SQLException {
        var columns = new EnumMap<DeliveryState.Field, @Nullable Object>(DeliveryState.Field.class);
        columns.put(DeliveryState.Field.DELIVERY_RECEIPT_SID, row.getString("delivery_receipt_sid"));
        columns.put(DeliveryState.Field.MESSAGE_SID, row.getString("message_sid"));
        columns.put(DeliveryState.Field.CONVERSATION_SID, row.getString("conversation_sid"));
        columns.put(DeliveryState.Field.PARTICIPANT_SID, row.getString("participant_sid"));
        columns.put(DeliveryState.Field.FROM_ADDRESS, row.getString("from_address"));
        columns.put(DeliveryState.Field.TO_ADDRESS, row.getString("to_address"));
        columns.put(DeliveryState.Field.MESSAGING_SERVICE_SID, row.getString("messaging_service_sid"));
        columns.put(DeliveryState.Field.CHANNEL_PREFIX, row.getString("channel_prefix"));
        var registers = Registers.unpack(DeliveryState.Field.class, row.getBytes("versions"), columns);
        return new DeliveryState(
                row.getString("channel_message_sid"),
                row.getString("account_sid"),
                registers,
                set(row, "statuses"),
                error(row),
                requiredTime(row, "first_received_at"),
                requiredTime(row, "last_received_at"),
                set(row, "sources"));
    }

    private static DeliveryState.@Nullable FirstError error(ResultSet row) throws SQLException {
        var at = time(row, "error_at");
        return at == null
                ? null
                : new DeliveryState.FirstError(at, row.getInt("error_code"), row.getString("error_text"));
    }
}
