package org.transcriptpipeline.kafka;

import org.springframework.jdbc.core.JdbcTemplate;

/// What `bin/transcripts quarantine allow` says: for a time, a reason may set aside more than its share.
public final class QuarantineAllowances {

    private final JdbcTemplate jdbc;
    private final String service;

    /// @param service `archiver` or `notifier`
    public QuarantineAllowances(JdbcTemplate jdbc, String service) {
        this.jdbc = jdbc;
        this.service = service;
    }

    /// By the database's clock. The last word about a reason counts.
    public boolean isAllowed(String reason) {
        return Boolean.TRUE.equals(jdbc.queryForObject("""
            SELECT coalesce((
                SELECT a.allowed_until > now()
                FROM store.quarantine_allowances a
                WHERE a.service = ? AND a.reason = ?
                ORDER BY a.allowance_id DESC
                LIMIT 1
            ), false)
            """, Boolean.class, service, reason));
    }
}
