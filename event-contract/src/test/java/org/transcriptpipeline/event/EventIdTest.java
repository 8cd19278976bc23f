package org.transcriptpipeline.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class EventIdTest {

    private static final String ACCOUNT = "ACxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";
    private static final byte[] BODY = "EventType=onMessageAdded&Index=0".getBytes(StandardCharsets.UTF_8);
    private static final Instant NOW = Instant.parse("2026-03-02T14:05:10Z");

    /// Computed with `printf '%s\0webhook\0\0%s' ACCOUNT BODY | sha256sum`. An id that changes makes every event of
    /// a replay a new one.
    @Test
    void theIdIsFrozen() {
        assertThat(EventId.of(ACCOUNT, SourceKind.WEBHOOK, BODY)).isEqualTo("ee30b9b6a5d3a1e3b222d7d9a44f13ba");
        assertThat(EventId.ofFlowEnd(ACCOUNT, BODY, "token", NOW)).isEqualTo("044d016f520239a51c1c668097025afc");
    }

    @Test
    @Tag("I20")
    void aRepeatedRequestIsTheSameEvent() {
        assertThat(EventId.of(ACCOUNT, SourceKind.WEBHOOK, BODY.clone()))
                .isEqualTo(EventId.of(ACCOUNT, SourceKind.WEBHOOK, BODY));
        assertThat(EventId.ofFlowEnd(ACCOUNT, BODY, "token", NOW.plusSeconds(1)))
                .as("the token tells a retry, whenever it comes")
                .isEqualTo(EventId.ofFlowEnd(ACCOUNT, BODY, "token", NOW));
    }

    @Test
    void twoRunsOfAFlowAreTwoEventsThoughTheySendTheSameBytes() {
        var first = EventId.ofFlowEnd(ACCOUNT, BODY, "one", NOW);

        assertThat(EventId.ofFlowEnd(ACCOUNT, BODY, "two", NOW)).isNotEqualTo(first);
        assertThat(EventId.ofFlowEnd(ACCOUNT, BODY, null, NOW))
                .isNotEqualTo(first)
                .isNotEqualTo(EventId.ofFlowEnd(ACCOUNT, BODY, null, NOW.plusNanos(1)));
    }

    @Property(tries = 300)
    void differentRequestsHaveDifferentIds(@ForAll("requests") List<Request> requests) {
        Map<String, Request> byId = new HashMap<>();
        for (var request : requests) {
            var other = byId.putIfAbsent(request.id(), request);

            assertThat(other == null ? request : other).isEqualTo(request);
        }
    }

    @Property(tries = 100)
    void anIdIs32HexadecimalDigits(@ForAll byte[] body, @ForAll SourceKind kind) {
        assertThat(EventId.of(ACCOUNT, kind, body)).matches("[0-9a-f]{32}");
    }

    /// Few letters and short parts, so that a character is often on either side of a border.
    @Provide
    Arbitrary<List<Request>> requests() {
        var text = Arbitraries.strings().withChars('A', 'r', 'e', 's', 't').ofMaxLength(4);
        return Combinators.combine(text, Arbitraries.of(SourceKind.class), text)
                .as(Request::new)
                .list()
                .ofSize(40);
    }

    record Request(String account, SourceKind kind, String body) {
        String id() {
            return EventId.of(account, kind, body.getBytes(StandardCharsets.UTF_8));
        }
    }
}
