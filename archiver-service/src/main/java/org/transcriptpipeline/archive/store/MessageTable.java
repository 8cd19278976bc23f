package org.transcriptpipeline.archive.store;

import io.micrometer.core.instrument.MeterRegistry;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.transcriptpipeline.archive.merge.MessageState;
import org.transcriptpipeline.archive.merge.Registers;
import org.transcriptpipeline.archive.merge.Revision;
import org.transcriptpipeline.archive.merge.StorableJson;

/// Messages, and the values of their texts that were superseded.
final class MessageTable extends MergedTable<MessageState> {

    private static final String SELECT = """
            SELECT
                message_sid, conversation_sid, account_sid, attributes_json, body_second, attributes_second, edited_at,
                removed_at, is_stub, is_announced, first_received_at, sources, index, body, author, participant_sid, attributes,
                media, sent_at, origin, versions
            FROM store.messages
            WHERE message_sid = ANY (?)
            ORDER BY message_sid
            FOR UPDATE
            """;

    /// Says at once who wrote, as far as the participants are known: a second version of most rows would cost as
    /// much as the first.
    private static final String INSERT = """
            INSERT INTO store.messages (
                message_sid, conversation_sid, account_sid, attributes_json, body_second, attributes_second, edited_at,
                removed_at, is_stub, is_announced, first_received_at, sources, index, body, author, participant_sid, attributes,
                media, sent_at, origin, versions, author_kind
            )
            SELECT
                t.message_sid, t.conversation_sid, t.account_sid, t.attributes_json::jsonb, t.body_second,
                t.attributes_second, t.edited_at::timestamptz, t.removed_at::timestamptz, t.is_stub, t.is_announced,
                t.first_received_at::timestamptz, t.sources::text[], t.index, t.body, t.author, t.participant_sid,
                t.attributes, t.media::jsonb, t.sent_at::timestamptz, t.origin, t.versions,
                store.author_kind(
                    t.author,
                    t.origin,
                    p.addresses || c.binding_addresses,
                    p.identities,
                    p.proxies || c.binding_proxy_address,
                    ?::text[]
                )
            FROM unnest(
                ?::text[], ?::text[], ?::text[], ?::text[], ?::bigint[], ?::bigint[], ?::text[], ?::text[], ?::boolean[],
                ?::boolean[], ?::text[], ?::text[], ?::bigint[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[],
                ?::text[], ?::bytea[]
            ) AS t (
                message_sid, conversation_sid, account_sid, attributes_json, body_second, attributes_second, edited_at,
                removed_at, is_stub, is_announced, first_received_at, sources, index, body, author, participant_sid, attributes,
                media, sent_at, origin, versions
            )
            LEFT JOIN (
                SELECT
                    p.conversation_sid,
                    array_agg(p.address) AS addresses,
                    array_agg(p.identity) AS identities,
                    array_agg(p.proxy_address) AS proxies
                FROM store.participants p
                WHERE p.conversation_sid = ANY (?::text[])
                GROUP BY p.conversation_sid
            ) p ON p.conversation_sid = t.conversation_sid
            LEFT JOIN store.conversations c ON c.conversation_sid = t.conversation_sid
            ON CONFLICT (message_sid) DO NOTHING
            """;

    private static final String UPDATE = """
            UPDATE store.messages AS r
            SET
                conversation_sid = t.conversation_sid,
                account_sid = t.account_sid,
                attributes_json = t.attributes_json::jsonb,
                body_second = t.body_second,
                attributes_second = t.attributes_second,
                edited_at = t.edited_at::timestamptz,
                removed_at = t.removed_at::timestamptz,
                is_stub = t.is_stub,
                is_announced = t.is_announced,
                first_received_at = t.first_received_at::timestamptz,
                sources = t.sources::text[],
                index = t.index,
                body = t.body,
                author = t.author,
                participant_sid = t.participant_sid,
                attributes = t.attributes,
                media = t.media::jsonb,
                sent_at = t.sent_at::timestamptz,
                origin = t.origin,
                versions = t.versions
            FROM unnest(
                ?::text[], ?::text[], ?::text[], ?::text[], ?::bigint[], ?::bigint[], ?::text[], ?::text[], ?::boolean[],
                ?::boolean[], ?::text[], ?::text[], ?::bigint[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[],
                ?::text[], ?::bytea[]
            ) AS t (
                message_sid, conversation_sid, account_sid, attributes_json, body_second, attributes_second, edited_at,
                removed_at, is_stub, is_announced, first_received_at, sources, index, body, author, participant_sid, attributes,
                media, sent_at, origin, versions
            )
            WHERE r.message_sid = t.message_sid
            """;

    private final String[] flowAuthors;

    MessageTable(JdbcTemplate jdbc, MeterRegistry meters, List<String> flowAuthors) {
        super(jdbc, meters, "messages", new Statements(SELECT, INSERT, UPDATE));
        this.flowAuthors = flowAuthors.toArray(String[]::new);
    }

    @Override
    int insert(List<MessageState> states) {
        var arguments = new ArrayList<Object>();
        arguments.add(flowAuthors);
        arguments.addAll(Arrays.asList(columns(states)));
        arguments.add(
                states.stream().map(MessageState::conversationSid).distinct().toArray(String[]::new));
        return jdbc.update(INSERT, arguments.toArray());
    }

    @Override
    Object[] columns(List<MessageState> states) {
        return new Object[] {
            texts(states, MessageState::key),
            texts(states, MessageState::conversationSid),
            texts(states, MessageState::accountSid),
            texts(states, s -> StorableJson.orNull(s.registers().text(MessageState.Field.ATTRIBUTES))),
            longs(states, s -> second(s, MessageState.Field.BODY)),
            longs(states, s -> second(s, MessageState.Field.ATTRIBUTES)),
            times(states, MessageState::editedAt),
            times(states, MessageState::removedAt),
            booleans(states, MessageState::stub),
            booleans(states, MessageState::announced),
            times(states, MessageState::firstReceivedAt),
            sets(states, MessageState::sources),
            longs(states, s -> (Long) s.registers().value(MessageState.Field.INDEX)),
            texts(states, s -> s.registers().text(MessageState.Field.BODY)),
            texts(states, s -> s.registers().text(MessageState.Field.AUTHOR)),
            texts(states, s -> s.registers().text(MessageState.Field.PARTICIPANT_SID)),
            texts(states, s -> s.registers().text(MessageState.Field.ATTRIBUTES)),
            texts(states, s -> s.registers().text(MessageState.Field.MEDIA)),
            times(states, s -> (Instant) s.registers().value(MessageState.Field.SENT_AT)),
            texts(states, s -> s.registers().text(MessageState.Field.ORIGIN)),
            bytes(states, s -> s.registers().packVersions()),
        };
    }

    @Override
    MessageState read(ResultSet row) throws SQLException {
        var columns = new EnumMap<MessageState.Field, @Nullable Object>(MessageState.Field.class);
        columns.put(MessageState.Field.INDEX, row.getObject("index", Long.class));
        columns.put(MessageState.Field.BODY, row.getString("body"));
        columns.put(MessageState.Field.AUTHOR, row.getString("author"));
        columns.put(MessageState.Field.PARTICIPANT_SID, row.getString("participant_sid"));
        columns.put(MessageState.Field.ATTRIBUTES, row.getString("attributes"));
        columns.put(MessageState.Field.MEDIA, row.getString("media"));
        columns.put(MessageState.Field.SENT_AT, time(row, "sent_at"));
        columns.put(MessageState.Field.ORIGIN, row.getString("origin"));
        var registers = Registers.unpack(MessageState.Field.class, row.getBytes("versions"), columns);
        return new MessageState(
                row.getString("message_sid"),
                row.getString("conversation_sid"),
                row.getString("account_sid"),
                registers,
                time(row, "edited_at"),
                time(row, "removed_at"),
                row.getBoolean("is_stub"),
                row.getBoolean("is_announced"),
                requiredTime(row, "first_received_at"),
                set(row, "sources"),
                Map.of());
    }

    /// The superseded values are in a table of their own.
    @Override
    boolean isSameRow(MessageState stored, MessageState merged) {
        return stored.equals(merged.withoutSuperseded());
    }

    @Override
    Merged<MessageState> merge(Collection<MessageState> states) {
        var merged = super.merge(states);
        storeRevisions(merged.rows().stream()
                .filter(row -> !row.superseded().isEmpty())
                .toList());
        return merged;
    }

    private void storeRevisions(List<MessageState> messages) {
        if (messages.isEmpty()) {
            return;
        }
        var revisions = messages.stream()
                .flatMap(m -> m.superseded().values().stream().map(r -> new StoredRevision(m, r)))
                .sorted(StoredRevision.BY_KEY)
                .toList();
        jdbc.update(
                """
                INSERT INTO store.message_revisions AS r (
                    message_sid, register, observed_second, content_sha256, conversation_sid, account_sid, value, version
                )
                SELECT
                    t.message_sid, t.register, t.observed_second, decode(t.content_sha256, 'hex'), t.conversation_sid,
                    t.account_sid, t.value, t.version
                FROM unnest(
                    ?::text[], ?::text[], ?::bigint[], ?::text[], ?::text[], ?::text[], ?::text[], ?::bytea[]
                ) AS t (
                    message_sid, register, observed_second, content_sha256, conversation_sid, account_sid, value, version
                )
                ON CONFLICT (message_sid, register, observed_second, content_sha256) DO UPDATE
                SET version = excluded.version
                WHERE r.version < excluded.version
                """,
                texts(revisions, r -> r.message.messageSid()),
                texts(revisions, r -> r.revision.key().register().columnValue()),
                longs(revisions, r -> r.revision.key().second()),
                texts(revisions, r -> r.revision.key().contentSha256()),
                texts(revisions, r -> r.message.conversationSid()),
                texts(revisions, r -> r.message.accountSid()),
                texts(revisions, r -> r.revision.value()),
                bytes(revisions, r -> r.revision.version().toBytes()));
        // A value may come back at the same second by a source of higher rank: then it is current, and no revision.
        var current = messages.stream()
                .flatMap(m -> Arrays.stream(Revision.Register.values())
                        .map(register -> Revision.current(register, m.registers()))
                        .filter(Objects::nonNull)
                        .map(r -> new StoredRevision(m, r)))
                .toList();
        jdbc.update(
                """
                DELETE FROM store.message_revisions r
                USING unnest(?::text[], ?::text[], ?::bigint[], ?::text[])
                    AS t (message_sid, register, observed_second, content_sha256)
                WHERE r.message_sid = t.message_sid
                    AND r.register = t.register
                    AND r.observed_second = t.observed_second
                    AND r.content_sha256 = decode(t.content_sha256, 'hex')
                """,
                texts(current, r -> r.message.messageSid()),
                texts(current, r -> r.revision.key().register().columnValue()),
                longs(current, r -> r.revision.key().second()),
                texts(current, r -> r.revision.key().contentSha256()));
    }

    /// When the current value was written; null for the first one.
    private static @Nullable Long second(MessageState message, MessageState.Field field) {
        var versioned = message.registers().get(field);
        return versioned == null || versioned.version().second() == 0
                ? null
                : versioned.version().second();
    }

    private record StoredRevision(MessageState message, Revision revision) {
        static final Comparator<StoredRevision> BY_KEY = Comparator.comparing(
                        (StoredRevision r) -> r.message.messageSid())
                .thenComparing(r -> r.revision.key().register())
                .thenComparingLong(r -> r.revision.key().second())
                .thenComparing(r -> r.revision.key().contentSha256());
    }
}
