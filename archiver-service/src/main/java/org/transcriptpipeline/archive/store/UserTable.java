package org.transcriptpipeline.archive.store;

import io.micrometer.core.instrument.MeterRegistry;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.transcriptpipeline.archive.merge.Registers;
import org.transcriptpipeline.archive.merge.UserState;

/// Users of Conversations services.
final class UserTable extends MergedTable<UserState> {

    private static final String SELECT = """
            SELECT
                user_sid, account_sid, first_received_at, sources, service_sid, identity, friendly_name, role_sid,
                attributes, is_online, is_notifiable, created_at, versions
            FROM store.users
            WHERE user_sid = ANY (?)
            ORDER BY user_sid
            FOR UPDATE
            """;

    private static final String INSERT = """
            INSERT INTO store.users (
                user_sid, account_sid, first_received_at, sources, service_sid, identity, friendly_name, role_sid,
                attributes, is_online, is_notifiable, created_at, versions
            )
            SELECT
                t.user_sid, t.account_sid, t.first_received_at::timestamptz, t.sources::text[], t.service_sid, t.identity,
                t.friendly_name, t.role_sid, t.attributes, t.is_online, t.is_notifiable, t.created_at::timestamptz,
                t.versions
            FROM unnest(
                ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[],
                ?::boolean[], ?::boolean[], ?::text[], ?::bytea[]
            ) AS t (
                user_sid, account_sid, first_received_at, sources, service_sid, identity, friendly_name, role_sid,
                attributes, is_online, is_notifiable, created_at, versions
            )
            ON CONFLICT (user_sid) DO NOTHING
            """;

    private static final String UPDATE = """
            UPDATE store.users AS r
            SET
                account_sid = t.account_sid,
                first_received_at = t.first_received_at::timestamptz,
                sources = t.sources::text[],
                service_sid = t.service_sid,
                identity = t.identity,
                friendly_name = t.friendly_name,
                role_sid = t.role_sid,
                attributes = t.attributes,
                is_online = t.is_online,
                is_notifiable = t.is_notifiable,
                created_at = t.created_at::timestamptz,
                versions = t.versions
            FROM unnest(
                ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[],
                ?::boolean[], ?::boolean[], ?::text[], ?::bytea[]
            ) AS t (
                user_sid, account_sid, first_received_at, sources, service_sid, identity, friendly_name, role_sid,
                attributes, is_online, is_notifiable, created_at, versions
            )
            WHERE r.user_sid = t.user_sid
            """;

    UserTable(JdbcTemplate jdbc, MeterRegistry meters) {
        super(jdbc, meters, "users", new Statements(SELECT, INSERT, UPDATE));
    }

    @Override
    Object[] columns(List<UserState> states) {
        return new Object[] {
            texts(states, UserState::key),
            texts(states, UserState::accountSid),
            times(states, UserState::firstReceivedAt),
            sets(states, UserState::sources),
            texts(states, s -> s.registers().text(UserState.Field.SERVICE_SID)),
            texts(states, s -> s.registers().text(UserState.Field.IDENTITY)),
            texts(states, s -> s.registers().text(UserState.Field.FRIENDLY_NAME)),
            texts(states, s -> s.registers().text(UserState.Field.ROLE_SID)),
            texts(states, s -> s.registers().text(UserState.Field.ATTRIBUTES)),
            booleans(states, s -> (Boolean) s.registers().value(UserState.Field.IS_ONLINE)),
            booleans(states, s -> (Boolean) s.registers().value(UserState.Field.IS_NOTIFIABLE)),
            times(states, s -> (Instant) s.registers().value(UserState.Field.CREATED_AT)),
            bytes(states, s -> s.registers().packVersions()),
        };
    }

    @Override
    UserState read(ResultSet row) throws SQLException {
        var columns = new EnumMap<UserState.Field, @Nullable Object>(UserState.Field.class);
        columns.put(UserState.Field.SERVICE_SID, row.getString("service_sid"));
        columns.put(UserState.Field.IDENTITY, row.getString("identity"));
        columns.put(UserState.Field.FRIENDLY_NAME, row.getString("friendly_name"));
        columns.put(UserState.Field.ROLE_SID, row.getString("role_sid"));
        columns.put(UserState.Field.ATTRIBUTES, row.getString("attributes"));
        columns.put(UserState.Field.IS_ONLINE, row.getObject("is_online", Boolean.class));
        columns.put(UserState.Field.IS_NOTIFIABLE, row.getObject("is_notifiable", Boolean.class));
        columns.put(UserState.Field.CREATED_AT, time(row, "created_at"));
        var registers = Registers.unpack(UserState.Field.class, row.getBytes("versions"), columns);
        return new UserState(
                row.getString("user_sid"),
                row.getString("account_sid"),
                registers,
                requiredTime(row, "first_received_at"),
                set(row, "sources"));
    }
}
