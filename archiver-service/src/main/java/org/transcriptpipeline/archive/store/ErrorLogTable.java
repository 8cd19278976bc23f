package org.transcriptpipeline.archive.store;

import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.transcriptpipeline.event.ErrorLogged;
import org.transcriptpipeline.event.StorableText;

/// What Twilio logged, by the entry's SID. Of an entry that is told twice the words received first stay.
final class ErrorLogTable {

    private static final Comparator<ErrorLogged> FIRST_TOLD = Comparator.comparing(
                    (ErrorLogged error) -> error.source().receivedAt())
            .thenComparing(error -> error.source().eventId());

    private final JdbcTemplate jdbc;

    ErrorLogTable(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    void keep(List<ErrorLogged> errors) {
        if (errors.isEmpty()) {
            return;
        }
        var bySid = new TreeMap<String, ErrorLogged>(); // in one order, and no key twice in a statement
        errors.forEach(error -> bySid.merge(error.errorSid(), error, BinaryOperator.minBy(FIRST_TOLD)));
        var rows = List.copyOf(bySid.values());
        jdbc.update(
                """
                INSERT INTO store.error_log AS e (
                    error_sid, account_sid, event_id, error_code, level, product_name, service_sid, correlation_sid,
                    logged_at, received_at
                )
                SELECT
                    t.error_sid, t.account_sid, t.event_id, t.error_code::integer, t.level, t.product_name, t.service_sid,
                    t.correlation_sid, t.logged_at::timestamptz, t.received_at::timestamptz
                FROM unnest(
                    ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[],
                    ?::text[]
                ) AS t (
                    error_sid, account_sid, event_id, error_code, level, product_name, service_sid, correlation_sid,
                    logged_at, received_at
                )
                ON CONFLICT (error_sid) DO UPDATE
                SET
                    account_sid = excluded.account_sid,
                    event_id = excluded.event_id,
                    error_code = excluded.error_code,
                    level = excluded.level,
                    product_name = excluded.product_name,
                    service_sid = excluded.service_sid,
                    correlation_sid = excluded.correlation_sid,
                    logged_at = excluded.logged_at,
                    received_at = excluded.received_at
                WHERE (excluded.received_at, excluded.event_id) < (e.received_at, e.event_id)
                """,
                MergedTable.texts(rows, ErrorLogged::errorSid),
                MergedTable.texts(rows, error -> error.source().accountSid()),
                MergedTable.texts(rows, error -> error.source().eventId()),
                MergedTable.texts(
                        rows,
                        error -> error.errorCode() == null
                                ? null
                                : error.errorCode().toString()),
                words(rows, ErrorLogged::level),
                words(rows, ErrorLogged::productName),
                words(rows, ErrorLogged::serviceSid),
                words(rows, ErrorLogged::correlationSid),
                MergedTable.times(rows, ErrorLogged::loggedAt),
                MergedTable.times(rows, error -> error.source().receivedAt()));
    }

    private static String[] words(List<ErrorLogged> rows, Function<ErrorLogged, @Nullable String> column) {
        return MergedTable.texts(rows, error -> {
            var text = column.apply(error);
            return text == null ? null : StorableText.of(text);
        });
    }
}
