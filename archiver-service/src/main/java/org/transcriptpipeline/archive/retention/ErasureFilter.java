package org.transcriptpipeline.archive.retention;

import io.micrometer.core.instrument.MeterRegistry;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.transcriptpipeline.event.TranscriptEvent;

/// Keeps out what was erased, whoever brings it: a late callback, a replay, a comparison, a spill that drains. Every
/// batch passes it before it is merged. See docs/adr/034-forgetting.md.
///
/// A fixed number of statements for a batch: one where nothing was ever erased, else two for SIDs, one for addresses
/// where an event is old enough to be covered, one for records that would be kept whole, and two for conversations that
/// were erased in part.
@Component
public class ErasureFilter {

    private final JdbcTemplate jdbc;
    private final SharedWords sharedWords;
    private final MeterRegistry meters;

    ErasureFilter(JdbcTemplate jdbc, MeterRegistry meters) {
        this.jdbc = jdbc;
        this.sharedWords = new SharedWords(jdbc);
        this.meters = meters;
    }

    /// Why an event is not stored.
    enum Reason {
        /// Its conversation was erased.
        CONVERSATION,
        /// Retention took its conversation, and it is as old as what was taken.
        AGED,
        /// It is of a message, a participant, an execution or a user that was erased.
        SID,
        /// It carries an address that was erased, from before that or in a conversation that was erased in part.
        ADDRESS,
        /// It would be kept whole, and speaks of any of these.
        RECORD
    }

    /// What is left of a batch.
    ///
    /// @param dropped how many are left out, by reason
    public record Kept(List<Told> told, Map<Reason, Integer> dropped) {

        public Kept {
            told = List.copyOf(told);
            dropped = Map.copyOf(dropped);
        }
    }

    /// Runs in the transaction that stores what is left: an erasure that begins later waits for its end.
    public Kept keep(List<Told> told) {
        var covered = newestErasure();
        return covered == null ? new Kept(told, Map.of()) : new Sieve(told, covered).keep();
    }

    /// Counts what was left out, once that is certain.
    public void count(Kept kept) {
        kept.dropped()
                .forEach((reason, number) -> meters.counter(
                                "transcripts_erased_events",
                                "reason",
                                reason.name().toLowerCase(java.util.Locale.ROOT))
                        .increment(number));
    }

    /// Of events that are not records yet, those that may become some.
    public List<TranscriptEvent> publishable(List<? extends TranscriptEvent> events) {
        return keep(events.stream()
                        .map(event -> new Told(event, new byte[0], null))
                        .toList())
                .told()
                .stream()
                .map(Told::event)
                .toList();
    }

    /// Whether a record that cannot be stored speaks of what was erased, in its bytes. Then they are not kept either.
    ///
    /// @param record key and value
    /// @param accountSid null: not known, so that every account's erasures count
    public boolean isOfErased(byte[] record, @Nullable String accountSid, Instant recordedAt) {
        return newestErasure() != null
                && !jdbc.queryForList(
                                "SELECT r FROM store.records_of_erased(?, ?::timestamptz[], ?) r",
                                Integer.class,
                                new @Nullable String[] {accountSid},
                                new String[] {recordedAt.minus(Mentions.LATE).toString()},
                                new byte[][] {record})
                        .isEmpty();
    }

    /// Counts a record that is left out.
    public void countRecord() {
        count(new Kept(List.of(), Map.of(Reason.RECORD, 1)));
    }

    /// Whether a conversation was erased, so that there is nothing to ask about it.
    public boolean isErased(String conversationSid) {
        return Boolean.TRUE.equals(jdbc.queryForObject("""
                SELECT EXISTS (SELECT FROM store.erased_sids s WHERE s.sid = ? AND s.scope = 'conversation')
                """, Boolean.class, conversationSid));
    }

    /// Null: nothing was ever erased.
    private @Nullable Instant newestErasure() {
        var newest = jdbc.queryForObject("SELECT store.enter_merge()", OffsetDateTime.class);
        return newest == null ? null : newest.toInstant();
    }

    /// @param goesOn whether somebody wrote in it after retention took what was before
    private record Erased(String scope, @Nullable Instant before, boolean goesOn) {}

    private Map<String, Erased> erased(Set<String> sids) {
        Map<String, Erased> found = new HashMap<>();
        jdbc.query(
                """
                SELECT s.sid, s.scope, s.erased_before, c.last_message_at >= s.erased_before AS goes_on
                FROM store.erased_sids s
                LEFT JOIN store.conversations c ON s.scope = 'aged' AND c.conversation_sid = s.sid
                WHERE s.sid = ANY (?)
                """,
                row -> {
                    found.put(
                            row.getString("sid"),
                            new Erased(row.getString("scope"), time(row, "erased_before"), row.getBoolean("goes_on")));
                },
                (Object) sids.toArray(String[]::new));
        return found;
    }

    private static @Nullable Instant time(ResultSet row, String column) throws SQLException {
        var time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    private record Address(String accountSid, String address) {}

    /// By address, up to when it is erased; those that are not are not in it.
    private Map<Address, Instant> erasedAddresses(Set<Address> addresses) {
        if (addresses.isEmpty()) {
            return Map.of();
        }
        var asked = List.copyOf(addresses);
        Map<Address, Instant> found = new HashMap<>();
        jdbc.query(
                "SELECT a.address_position, a.erased_before FROM store.erased_addresses(?, ?) a",
                row -> {
                    var before = row.getObject("erased_before", OffsetDateTime.class);
                    found.put(asked.get(row.getInt("address_position") - 1), before.toInstant());
                },
                asked.stream().map(Address::accountSid).toArray(String[]::new),
                asked.stream().map(Address::address).toArray(String[]::new));
        return found;
    }

    /// One batch on its way through.
    private final class Sieve {

        private final List<Told> told;
        private final List<Mentions> mentions;
        private final Instant newestErasure;
        private final Map<Reason, Integer> dropped = new EnumMap<>(Reason.class);

        Sieve(List<Told> told, Instant newestErasure) {
            this.told = told;
            this.mentions = told.stream().map(one -> Mentions.of(one.event())).toList();
            this.newestErasure = newestErasure;
        }

        Kept keep() {
            var sids = new TreeSet<String>();
            mentions.forEach(one -> sids.addAll(one.sids()));
            var erased = erased(sids);
            var addresses = erasedAddresses(doubtful(erased));
            var left = new ArrayList<Integer>(told.size());
            for (int i = 0; i < told.size(); i++) {
                var reason = reason(i, erased, addresses);
                if (reason == null) {
                    left.add(i);
                } else {
                    dropped.merge(reason, 1, Integer::sum);
                }
            }
            var speaking = recordsOfErased(left);
            dropped.merge(Reason.RECORD, speaking.size(), Integer::sum);
            dropped.values().removeIf(number -> number == 0);
            left.removeIf(speaking::contains);
            return new Kept(withoutNames(left, erased), dropped);
        }

        /// What others said in a conversation that was erased in part is stored without the person.
        private List<Told> withoutNames(List<Integer> left, Map<String, Erased> erased) {
            var shared = left.stream()
                    .filter(i -> isShared(mentions.get(i), erased))
                    .map(told::get)
                    .toList();
            var masked = sharedWords.mask(shared).iterator();
            return left.stream()
                    .map(i -> isShared(mentions.get(i), erased) ? masked.next() : told.get(i))
                    .toList();
        }

        /// Hashing is only for events that an erasure may cover.
        private Set<Address> doubtful(Map<String, Erased> erased) {
            var doubtful = new LinkedHashSet<Address>();
            for (int i = 0; i < told.size(); i++) {
                var one = mentions.get(i);
                if (isOld(one) || isShared(one, erased)) {
                    var account = told.get(i).event().source().accountSid();
                    one.addresses().forEach(address -> doubtful.add(new Address(account, address)));
                }
            }
            return doubtful;
        }

        private boolean isOld(Mentions one) {
            return !one.at().isAfter(newestErasure);
        }

        private static boolean isShared(Mentions one, Map<String, Erased> erased) {
            return one.sids().stream()
                    .map(erased::get)
                    .anyMatch(e -> e != null && e.scope().equals("part"));
        }

        private @Nullable Reason reason(int i, Map<String, Erased> erased, Map<Address, Instant> addresses) {
            var one = mentions.get(i);
            for (var sid : one.sids()) {
                var entry = erased.get(sid);
                if (entry == null || entry.scope().equals("part")) {
                    continue;
                }
                if (entry.before() == null) {
                    return entry.scope().equals("conversation") ? Reason.CONVERSATION : Reason.SID;
                }
                if (one.at().isBefore(entry.before())
                        && !(entry.goesOn() && !one.saidAt().isBefore(entry.before()))) {
                    return Reason.AGED;
                }
            }
            var account = told.get(i).event().source().accountSid();
            for (var address : one.addresses()) {
                var before = addresses.get(new Address(account, address));
                if (before != null && (!one.at().isAfter(before) || isShared(one, erased))) {
                    return Reason.ADDRESS;
                }
            }
            return null;
        }

        private Set<Integer> recordsOfErased(List<Integer> left) {
            var whole = left.stream()
                    .filter(i -> mentions.get(i).keptWhole() && told.get(i).value().length > 0)
                    .toList();
            if (whole.isEmpty()) {
                return Set.of();
            }
            var speaking = new HashSet<Integer>();
            jdbc.query(
                    "SELECT r FROM store.records_of_erased(?, ?::timestamptz[], ?) r",
                    row -> {
                        speaking.add(whole.get(row.getInt(1) - 1));
                    },
                    whole.stream()
                            .map(i -> told.get(i).event().source().accountSid())
                            .toArray(String[]::new),
                    whole.stream()
                            .map(i -> mentions.get(i)
                                    .at()
                                    .atOffset(ZoneOffset.UTC)
                                    .toString())
                            .toArray(String[]::new),
                    whole.stream().map(i -> told.get(i).value()).toArray(byte[][]::new));
            return speaking;
        }
    }
}
