package org.transcriptpipeline.archive.store;

import java.util.Collection;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;

/// What follows from the rows of a conversation: who wrote a message, counts, first response, addresses, holes.
/// Recomputed from the rows for the conversations that a batch touched, never counted up, so that a repeat changes
/// nothing.
final class Derivation {

    /// A participant or a binding may come after the messages.
    private static final String AUTHOR_KINDS = """
            UPDATE store.messages AS m
            SET author_kind = k.author_kind
            FROM (
                SELECT
                    m.message_sid,
                    store.author_kind(
                        m.author,
                        m.origin,
                        p.addresses || c.binding_addresses,
                        p.identities,
                        p.proxies || c.binding_proxy_address,
                        ?::text[]
                    ) AS author_kind
                FROM store.messages m
                JOIN store.conversations c ON c.conversation_sid = m.conversation_sid
                LEFT JOIN (
                    SELECT
                        p.conversation_sid,
                        array_agg(p.address) AS addresses,
                        array_agg(p.identity) AS identities,
                        array_agg(p.proxy_address) AS proxies
                    FROM store.participants p
                    WHERE p.conversation_sid = ANY (?::text[])
                    GROUP BY p.conversation_sid
                ) p ON p.conversation_sid = m.conversation_sid
                WHERE m.conversation_sid = ANY (?::text[])
            ) k
            WHERE m.message_sid = k.message_sid AND m.author_kind <> k.author_kind
            """;

    private static final String CONVERSATIONS = """
            WITH placed AS (
                -- place: where the index would be if there were no holes
                SELECT
                    m.conversation_sid,
                    m.message_sid,
                    m.index,
                    m.author_kind,
                    m.sent_at,
                    m.first_received_at,
                    m.is_stub,
                    dense_rank() OVER (PARTITION BY m.conversation_sid ORDER BY m.index) - 1 AS place,
                    min(m.index) FILTER (WHERE m.author_kind = 'customer') OVER (PARTITION BY m.conversation_sid) AS first_inbound
                FROM store.messages m
                WHERE m.conversation_sid = ANY (?::text[])
            ),
            failed AS (
                SELECT d.conversation_sid, count(DISTINCT d.message_sid) AS failed_count
                FROM store.deliveries d
                WHERE d.conversation_sid = ANY (?::text[]) AND d.status IN ('failed', 'undelivered')
                GROUP BY d.conversation_sid
            ),
            counted AS (
                SELECT
                    m.conversation_sid,
                    count(*) FILTER (WHERE NOT m.is_stub) AS message_count,
                    count(*) FILTER (WHERE NOT m.is_stub AND m.author_kind = 'customer') AS inbound_count,
                    count(*) FILTER (WHERE NOT m.is_stub AND m.author_kind <> 'customer') AS outbound_count,
                    max(m.sent_at) AS last_message_at,
                    max(m.index) AS highest_index,
                    GREATEST(coalesce(max(m.index) + 1 - count(DISTINCT m.index), 0), count(*) FILTER (WHERE m.is_stub)) AS missing_count,
                    min(m.place) FILTER (WHERE m.index > m.place) AS missing_index,
                    min(m.first_received_at) FILTER (WHERE m.index > m.place OR m.is_stub) AS missing_since,
                    extract(epoch FROM
                        (array_agg(m.sent_at ORDER BY m.index) FILTER (WHERE m.index > m.first_inbound AND m.author_kind <> 'customer'))[1]
                        - min(m.sent_at) FILTER (WHERE m.index = m.first_inbound)
                    ) AS first_response_seconds
                FROM placed m
                GROUP BY m.conversation_sid
            ),
            addresses AS (
                SELECT
                    a.conversation_sid,
                    array_agg(DISTINCT a.address ORDER BY a.address) AS customer_addresses
                FROM (
                    SELECT p.conversation_sid, p.address
                    FROM store.participants p
                    WHERE p.conversation_sid = ANY (?::text[])
                    UNION
                    SELECT c.conversation_sid, b.address
                    FROM store.conversations c
                    CROSS JOIN LATERAL unnest(c.binding_addresses) AS b (address)
                    WHERE c.conversation_sid = ANY (?::text[]) AND b.address IS DISTINCT FROM c.binding_proxy_address
                ) a
                WHERE a.address IS NOT NULL
                GROUP BY a.conversation_sid
            ),
            bindings AS (
                SELECT
                    p.conversation_sid,
                    min(p.proxy_address) AS proxy_address,
                    min(store.channel_of(p.binding_type, p.address, p.identity)) FILTER (WHERE p.address IS NOT NULL) AS channel,
                    min(store.channel_of(p.binding_type, p.address, p.identity)) AS any_channel
                FROM store.participants p
                WHERE p.conversation_sid = ANY (?::text[])
                GROUP BY p.conversation_sid
            ),
            derived AS (
                SELECT
                    c.conversation_sid,
                    coalesce(a.customer_addresses, '{}') AS customer_addresses,
                    coalesce(b.proxy_address, c.binding_proxy_address) AS our_address,
                    CASE
                        WHEN cardinality(a.customer_addresses) > 1
                            AND coalesce(b.channel, store.channel_of(NULL, a.customer_addresses[1], NULL)) IN ('sms', 'mms')
                            THEN 'group_mms'
                        ELSE coalesce(b.channel, b.any_channel, store.channel_of(NULL, a.customer_addresses[1], NULL))
                    END AS channel,
                    n.last_message_at,
                    coalesce(n.message_count, 0) AS message_count,
                    coalesce(n.inbound_count, 0) AS inbound_count,
                    coalesce(n.outbound_count, 0) AS outbound_count,
                    coalesce(f.failed_count, 0) AS failed_count,
                    n.first_response_seconds,
                    n.highest_index,
                    coalesce(n.missing_count, 0) AS missing_count,
                    n.missing_index,
                    n.missing_since
                FROM store.conversations c
                LEFT JOIN counted n USING (conversation_sid)
                LEFT JOIN failed f USING (conversation_sid)
                LEFT JOIN addresses a USING (conversation_sid)
                LEFT JOIN bindings b USING (conversation_sid)
                WHERE c.conversation_sid = ANY (?::text[])
            )
            UPDATE store.conversations AS c
            SET
                customer_addresses = d.customer_addresses,
                our_address = d.our_address,
                channel = d.channel,
                last_message_at = d.last_message_at,
                message_count = d.message_count,
                inbound_count = d.inbound_count,
                outbound_count = d.outbound_count,
                failed_count = d.failed_count,
                first_response_seconds = d.first_response_seconds,
                highest_index = d.highest_index,
                missing_count = d.missing_count,
                missing_index = d.missing_index,
                missing_since = d.missing_since
            FROM derived d
            WHERE c.conversation_sid = d.conversation_sid
                AND (
                    c.customer_addresses, c.our_address, c.channel, c.last_message_at, c.message_count, c.inbound_count,
                    c.outbound_count, c.failed_count, c.first_response_seconds, c.highest_index, c.missing_count,
                    c.missing_index, c.missing_since
                ) IS DISTINCT FROM (
                    d.customer_addresses, d.our_address, d.channel, d.last_message_at, d.message_count, d.inbound_count,
                    d.outbound_count, d.failed_count, d.first_response_seconds, d.highest_index, d.missing_count,
                    d.missing_index, d.missing_since
                )
            """;

    private final JdbcTemplate jdbc;
    private final String[] flowAuthors;

    /// @param flowAuthors authors that are the flow, beside our own addresses
    Derivation(JdbcTemplate jdbc, List<String> flowAuthors) {
        this.jdbc = jdbc;
        this.flowAuthors = flowAuthors.toArray(String[]::new);
    }

    /// The counts and facts of these conversations.
    ///
    /// @param conversationSids whose rows are locked by this transaction
    void recompute(Collection<String> conversationSids) {
        if (!conversationSids.isEmpty()) {
            var sids = conversationSids.toArray(String[]::new);
            jdbc.update(CONVERSATIONS, sids, sids, sids, sids, sids, sids);
        }
    }

    /// Who wrote, for all messages of conversations where something came that decides it.
    void recomputeAuthors(Collection<String> conversationSids) {
        if (!conversationSids.isEmpty()) {
            var sids = conversationSids.toArray(String[]::new);
            jdbc.update(AUTHOR_KINDS, flowAuthors, sids, sids);
        }
    }
}
