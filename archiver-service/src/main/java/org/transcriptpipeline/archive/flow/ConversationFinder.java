package org.transcriptpipeline.archive.flow;

import java.time.Instant;
import java.util.Comparator;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.transcriptpipeline.twilio.Pages;
import org.transcriptpipeline.twilio.RestConversationOfAddress;
import org.transcriptpipeline.twilio.TwilioClient;
import org.transcriptpipeline.twilio.TwilioClients;
import org.transcriptpipeline.twilio.TwilioException;

/// Whose conversation an execution was (`twilio-reference` 6.5): its context names it, else it is the newest one that
/// the customer's address had when the execution ended, by our rows or by Twilio's list.
@Component
class ConversationFinder {

    private static final int MOST_PAGES = 5;

    private final JdbcTemplate jdbc;
    private final TwilioClients accounts;

    ConversationFinder(JdbcTemplate jdbc, TwilioClients accounts) {
        this.jdbc = jdbc;
        this.accounts = accounts;
    }

    /// How it was found.
    enum Way {
        CONTEXT,
        STORE,
        ADDRESS
    }

    record Found(String conversationSid, Way way) {}

    /// Asks Twilio; must not be called in a transaction.
    ///
    /// @param isLast whether nobody will ask again: what Twilio cannot say now is then left out
    /// @return null: nothing names a conversation
    /// @throws TwilioException where asking again may help
    @Nullable
    Found find(EndedExecution execution, boolean isLast) {
        var client = accounts.client(execution.accountSid());
        var named = client == null ? null : inContext(client, execution, isLast);
        if (named != null) {
            return new Found(named, Way.CONTEXT);
        }
        var address = execution.contactAddress();
        if (address == null) {
            return null;
        }
        var stored = inStore(execution, address);
        if (stored != null) {
            return new Found(stored, Way.STORE);
        }
        var listed = client == null ? null : inList(client, execution, address, isLast);
        return listed == null ? null : new Found(listed, Way.ADDRESS);
    }

    private static @Nullable String inContext(TwilioClient client, EndedExecution execution, boolean isLast) {
        if (execution.flowSid() == null) {
            return null;
        }
        try {
            var named = client.conversationOfExecution(execution.flowSid(), execution.executionSid());
            return named != null && named.startsWith("CH") ? named : null;
        } catch (TwilioException e) {
            return nothing(e, isLast);
        }
    }

    /// Open while the execution ran. A minute for clocks that differ.
    private @Nullable String inStore(EndedExecution execution, String address) {
        return jdbc
                .queryForList(
                        """
                        SELECT c.conversation_sid
                        FROM store.participants p
                        JOIN store.conversations c ON c.conversation_sid = p.conversation_sid
                        WHERE p.address = ?
                            AND p.account_sid = ?
                            AND coalesce(c.started_at, c.first_received_at) <= ?::timestamptz + interval '1 minute'
                            AND (c.closed_at IS NULL OR c.closed_at >= ?::timestamptz - interval '1 minute')
                        ORDER BY coalesce(c.started_at, c.first_received_at) DESC
                        LIMIT 1
                        """,
                        String.class,
                        address,
                        execution.accountSid(),
                        execution.endedAt().toString(),
                        beginOf(execution).toString())
                .stream()
                .findFirst()
                .orElse(null);
    }

    private static @Nullable String inList(
            TwilioClient client, EndedExecution execution, String address, boolean isLast) {
        try {
            return StreamSupport.stream(
                            Pages.of(next -> client.conversationsOfAddress(address, next))
                                    .spliterator(),
                            false)
                    .limit(MOST_PAGES)
                    .flatMap(page -> page.items().stream())
                    .filter(conversation -> wasOpen(conversation, execution))
                    .max(Comparator.comparing(ConversationFinder::createdAt))
                    .map(RestConversationOfAddress::conversationSid)
                    .orElse(null);
        } catch (TwilioException e) {
            return nothing(e, isLast);
        }
    }

    private static boolean wasOpen(RestConversationOfAddress conversation, EndedExecution execution) {
        var updatedAt = conversation.conversationDateUpdated();
        boolean wasClosedBefore = "closed".equals(conversation.conversationState())
                && updatedAt != null
                && updatedAt.isBefore(beginOf(execution));
        return !wasClosedBefore && !createdAt(conversation).isAfter(execution.endedAt());
    }

    private static Instant createdAt(RestConversationOfAddress conversation) {
        var createdAt = conversation.conversationDateCreated();
        return createdAt == null ? Instant.EPOCH : createdAt;
    }

    private static Instant beginOf(EndedExecution execution) {
        return execution.startedAt() != null ? execution.startedAt() : execution.endedAt();
    }

    /// What Twilio will say the same way tomorrow is an answer; the rest is worth another attempt, if there is one.
    private static @Nullable String nothing(TwilioException e, boolean isLast) {
        return switch (e) {
            case TwilioException.NotFound _, TwilioException.Refused _, TwilioException.Unauthorised _ -> null;
            case TwilioException.RateLimited _,
                    TwilioException.Unavailable _,
                    TwilioException.Unusable _,
                    TwilioException.Interrupted _ -> {
                if (!isLast) {
                    throw e;
                }
                yield null;
            }
        };
    }
}
