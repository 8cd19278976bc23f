package org.transcriptpipeline.archive.store;

import java.util.Collection;
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
                    ) AS author_kind,
                    c.erased_through IS NOT NULL AND NOT m.is_stub AS is_erased
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
            -- of an erased message the author is gone, and the kind is what is left
            WHERE m.message_sid = k.message_sid AND m.author_kind <> k.author_kind
                AND (m.author IS NOT NULL OR NOT k.is_erased)
            """;

    private static final String CONVERSATIONS = """
            WITH watched AS (
                -- what is older than the first webhook, by more than a clock may be wrong, cannot have had one
                SELECT f.account_sid, date_trunc('hour', min(f.first_received_at)) - interval '1 hour' AS since
                FROM store.freshness f
                WHERE f.source IN ('webhook', 'event_stream')
                GROUP BY f.account_sid
            ),
            counted AS (
                SELECT
                    m.conversation_sid,
                    count(*) FILTER (WHERE NOT m.is_stub) AS message_count,
                    count(*) FILTER (WHERE NOT m.is_stub AND m.author_kind = 'customer') AS inbound_count,
                    count(*) FILTER (WHERE NOT m.is_stub AND m.author_kind <> 'customer') AS outbound_count,
                    count(*) FILTER (WHERE m.is_stub) AS stub_count,
                    count(*) FILTER (WHERE NOT m.is_announced AND NOT m.is_stub AND NOT a.is_telling) AS silent_count,
                    count(*) FILTER (WHERE NOT m.is_announced AND NOT m.is_stub AND a.is_telling AND m.sent_at >= w.since) AS repaired_count,
                    max(m.sent_at) AS last_message_at,
                    count(DISTINCT m.index) AS index_count,
                    max(m.index) AS highest_index,
                    max(m.index) FILTER (WHERE m.removed_at IS NULL) AS highest_kept_index,
                    min(m.index) FILTER (WHERE m.author_kind = 'customer') AS first_inbound
                FROM store.messages m
                -- whose messages come with a webhook: people's, and those of authors who are known to ask for one
                CROSS JOIN LATERAL (
                    SELECT m.author_kind IN ('customer', 'agent') OR coalesce(m.author = ANY (?::text[]), false) AS is_telling
                ) a
                LEFT JOIN watched w ON w.account_sid = m.account_sid
                WHERE m.conversation_sid = ANY (?::text[])
                GROUP BY m.conversation_sid
            ),
            failed AS (
                SELECT d.conversation_sid, count(DISTINCT d.message_sid) AS failed_count
                FROM store.deliveries d
                WHERE d.conversation_sid = ANY (?::text[]) AND d.status IN ('failed', 'undelivered')
                GROUP BY d.conversation_sid
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
                    c.ctid AS row_id, -- this transaction has locked the rows, so none of them moves
                    coalesce(a.customer_addresses, '{}') AS customer_addresses,
                    coalesce(b.proxy_address, c.binding_proxy_address) AS our_address,
                    CASE
                        WHEN c.erased_through IS NOT NULL THEN c.channel -- the addresses that told it are gone
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
                    coalesce(n.silent_count, 0) AS silent_count,
                    coalesce(n.repaired_count, 0) AS repaired_count,
                    -- what only REST told is cut to the second, and may seem to come before what it answers
                    CASE
                        WHEN response.sent_at < inbound.sent_at THEN 0
                        ELSE extract(epoch FROM response.sent_at - inbound.sent_at)
                    END AS first_response_seconds,
                    n.highest_index,
                    n.highest_kept_index,
                    gaps.missing_count,
                    missing.missing_index,
                    missing.missing_since,
                    c.listed_at AS verified_at,
                    nullif(CASE
                        WHEN missing.missing_index <= c.listed_through THEN missing.missing_index - 1
                        ELSE c.listed_through
                    END, -1) AS verified_through_index
                FROM store.conversations c
                LEFT JOIN counted n USING (conversation_sid)
                LEFT JOIN failed f USING (conversation_sid)
                LEFT JOIN addresses a USING (conversation_sid)
                LEFT JOIN bindings b USING (conversation_sid)
                LEFT JOIN LATERAL (
                    SELECT min(m.sent_at) AS sent_at
                    FROM store.messages m
                    WHERE m.conversation_sid = c.conversation_sid AND m.index = n.first_inbound
                ) inbound ON true
                LEFT JOIN LATERAL (
                    SELECT m.sent_at
                    FROM store.messages m
                    WHERE m.conversation_sid = c.conversation_sid AND m.index > n.first_inbound AND m.author_kind <> 'customer'
                    ORDER BY m.index, m.sent_at
                    LIMIT 1
                ) response ON true
                -- indexes that Twilio does not list either are no gap, unless a row of ours has one of them
                CROSS JOIN LATERAL (
                    SELECT
                        coalesce(sum(upper(h) - lower(h)), 0) AS hole_count,
                        CASE
                            WHEN isempty(c.listed_holes) THEN 0 -- the usual case, and no reason to look
                            WHEN c.listed_holes IS NOT NULL THEN (
                                SELECT count(DISTINCT m.index)
                                FROM store.messages m
                                WHERE m.conversation_sid = c.conversation_sid AND m.index <@ c.listed_holes
                            )
                            ELSE 0
                        END AS filled_count
                    FROM unnest(c.listed_holes) AS h
                ) holes
                CROSS JOIN LATERAL (
                    SELECT
                        GREATEST(
                            GREATEST(n.highest_index, c.listed_through, -1) + 1 - coalesce(n.index_count, 0)
                                - holes.hole_count + holes.filled_count,
                            coalesce(n.stub_count, 0)
                        ) AS missing_count
                ) gaps
                LEFT JOIN LATERAL (
                    SELECT
                        g.missing_index,
                        coalesce(
                            (
                                SELECT min(m.first_received_at)
                                FROM store.messages m
                                WHERE m.conversation_sid = c.conversation_sid AND (m.index > g.missing_index OR m.is_stub)
                            ),
                            c.listed_at
                        ) AS missing_since
                    FROM (
                        SELECT
                            lower(
                                int8multirange(int8range(0, GREATEST(n.highest_index, c.listed_through, -1) + 1))
                                    - coalesce(range_agg(int8range(m.index, m.index + 1)) FILTER (WHERE m.index IS NOT NULL), '{}')
                                    - coalesce(c.listed_holes, '{}')
                            ) AS missing_index
                        FROM store.messages m
                        -- asked here too, so that where nothing is missing no range is made
                        WHERE m.conversation_sid = c.conversation_sid AND gaps.missing_count > 0
                    ) g
                    WHERE gaps.missing_count > 0
                ) missing ON true
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
                missing_since = d.missing_since,
                silent_count = d.silent_count,
                repaired_count = d.repaired_count,
                highest_kept_index = d.highest_kept_index,
                verified_at = d.verified_at,
                verified_through_index = d.verified_through_index
            FROM derived d
            WHERE c.ctid = d.row_id
                AND (
                    c.customer_addresses, c.our_address, c.channel, c.last_message_at, c.message_count, c.inbound_count,
                    c.outbound_count, c.failed_count, c.first_response_seconds, c.highest_index, c.missing_count,
                    c.missing_index, c.missing_since, c.silent_count, c.repaired_count, c.highest_kept_index, c.verified_at,
                    c.verified_through_index
                ) IS DISTINCT FROM (
                    d.customer_addresses, d.our_address, d.channel, d.last_message_at, d.message_count, d.inbound_count,
                    d.outbound_count, d.failed_count, d.first_response_seconds, d.highest_index, d.missing_count,
                    d.missing_index, d.missing_since, d.silent_count, d.repaired_count, d.highest_kept_index, d.verified_at,
                    d.verified_through_index
                )
            """;

    private final JdbcTemplate jdbc;
    private final String[] flowAuthors;
    private final String[] announcingAuthors;

    Derivation(JdbcTemplate jdbc, StoreProperties properties) {
        this.jdbc = jdbc;
        this.flowAuthors = properties.flowAuthors().toArray(String[]::new);
        this.announcingAuthors = properties.announcingAuthors().toArray(String[]::new);
    }

    /// The counts and facts of these conversations.
    ///
    /// @param conversationSids whose rows are locked by this transaction
    void recompute(Collection<String> conversationSids) {
        if (!conversationSids.isEmpty()) {
            var sids = conversationSids.toArray(String[]::new);
            jdbc.update(CONVERSATIONS, announcingAuthors, sids, sids, sids, sids, sids, sids);
        }
    }

    /// The counts again, of all conversations of these accounts with messages that Twilio did not tell of: since when
    /// it should have has moved, which is as good as never.
    void recomputeUnannounced(Collection<String> accountSids) {
        if (!accountSids.isEmpty()) {
            recompute(jdbc.query(
                    """
                    SELECT c.conversation_sid
                    FROM store.conversations c
                    WHERE c.conversation_sid IN (
                        SELECT m.conversation_sid
                        FROM store.messages m
                        WHERE m.account_sid = ANY (?) AND NOT m.is_announced AND NOT m.is_stub
                    )
                    ORDER BY c.conversation_sid
                    FOR UPDATE
                    """, (row, _) -> row.getString("conversation_sid"), (Object) accountSids.toArray(String[]::new)));
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
