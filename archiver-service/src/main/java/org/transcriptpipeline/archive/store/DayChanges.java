package org.transcriptpipeline.archive.store;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.springframework.jdbc.core.JdbcTemplate;
import org.transcriptpipeline.archive.merge.DeliveryState;
import org.transcriptpipeline.archive.merge.FlowExecutionState;

/// Notes what a batch touched, for the counts by day: one row, whatever the size of the batch
/// (docs/adr/036-answers-by-day.md).
final class DayChanges {

    private final JdbcTemplate jdbc;

    DayChanges(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /// Runs in the batch's transaction.
    ///
    /// @param conversationSids what was touched; their days are found later
    /// @param deliveries those of no conversation count by the day on which we first heard of them
    /// @param executions likewise
    void note(
            List<String> conversationSids,
            Collection<DeliveryState> deliveries,
            Collection<FlowExecutionState> executions) {
        var days = new TreeSet<LocalDate>();
        deliveries.stream()
                .filter(delivery -> delivery.registers().text(DeliveryState.Field.CONVERSATION_SID) == null)
                .forEach(delivery -> days.add(day(delivery.firstReceivedAt())));
        executions.forEach(execution -> days.add(day(execution)));
        if (!conversationSids.isEmpty() || !days.isEmpty()) {
            jdbc.update(
                    "INSERT INTO store.day_changes (conversation_sids, days) VALUES (?, ?::date[])",
                    conversationSids.toArray(String[]::new),
                    days.stream().map(LocalDate::toString).toArray(String[]::new));
        }
    }

    private static LocalDate day(FlowExecutionState execution) {
        var began = (Instant) execution.registers().value(FlowExecutionState.Field.STARTED_AT);
        return day(
                Objects.requireNonNullElse(began == null ? execution.endedAt() : began, execution.firstReceivedAt()));
    }

    private static LocalDate day(Instant time) {
        return LocalDate.ofInstant(time, ZoneOffset.UTC);
    }
}
