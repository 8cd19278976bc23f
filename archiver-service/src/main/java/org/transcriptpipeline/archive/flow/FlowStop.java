package org.transcriptpipeline.archive.flow;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.transcriptpipeline.twilio.Pages;
import org.transcriptpipeline.twilio.TwilioClient;
import org.transcriptpipeline.twilio.TwilioClients;
import org.transcriptpipeline.twilio.TwilioException;

/// Takes the flow out of a conversation, so that it does not answer the customer beside the person who has taken over:
/// removes the conversation's webhooks of target `studio`. Done on a person's word only. It looks before it changes
/// anything, and repeats nothing by itself.
@Component
public class FlowStop {

    private static final Logger log = LoggerFactory.getLogger(FlowStop.class);

    private final JdbcTemplate jdbc;
    private final TwilioClients accounts;
    private final MeterRegistry meters;

    FlowStop(JdbcTemplate jdbc, TwilioClients accounts, MeterRegistry meters) {
        this.jdbc = jdbc;
        this.accounts = accounts;
        this.meters = meters;
    }

    /// What came of it.
    public sealed interface Outcome {}

    /// @param flows how many were attached, and are no longer
    public record Stopped(int flows) implements Outcome {}

    /// No flow is attached; one that an address configuration started cannot be seen here.
    public record NoneAttached() implements Outcome {}

    /// The store does not know the conversation.
    public record UnknownConversation() implements Outcome {}

    /// Twilio does not know it, or no longer.
    public record Gone() implements Outcome {}

    /// Its account has no secret here, so Twilio cannot be asked.
    public record NoAccount() implements Outcome {}

    /// Twilio did not do it, or nobody knows whether it did: to be asked for again.
    ///
    /// @param reason why, without anybody's words
    public record Failed(String reason) implements Outcome {}

    public Outcome stop(String conversationSid) {
        var outcome = ask(conversationSid);
        meters.counter("transcripts_flow_stops", "outcome", name(outcome)).increment();
        log.atInfo()
                .addKeyValue("conversationSid", conversationSid)
                .addKeyValue("outcome", name(outcome))
                .log("A person had the flow stopped");
        return outcome;
    }

    private Outcome ask(String conversationSid) {
        var where = jdbc
                .query(
                        """
                        SELECT c.account_sid, c.service_sid
                        FROM store.conversations c
                        WHERE c.conversation_sid = ?
                        """,
                        (row, _) -> new Where(row.getString("account_sid"), row.getString("service_sid")),
                        conversationSid)
                .stream()
                .findFirst()
                .orElse(null);
        if (where == null) {
            return new UnknownConversation();
        }
        var client = accounts.client(where.accountSid());
        if (client == null) {
            return new NoAccount();
        }
        try {
            int removed = remove(client, where.serviceSid(), conversationSid);
            return removed == 0 ? new NoneAttached() : new Stopped(removed);
        } catch (TwilioException.NotFound _) {
            return new Gone();
        } catch (TwilioException e) {
            return new Failed(String.valueOf(e.getMessage()));
        }
    }

    /// The whole list first: removing changes what the next page would hold.
    private static int remove(TwilioClient client, @Nullable String serviceSid, String conversationSid) {
        var attached = new ArrayList<String>();
        for (var page : Pages.of(next -> client.conversationWebhooks(serviceSid, conversationSid, next))) {
            page.items().stream()
                    .filter(webhook -> "studio".equals(webhook.target()))
                    .forEach(webhook -> attached.add(webhook.sid()));
        }
        for (var webhookSid : attached) {
            try {
                client.deleteConversationWebhook(serviceSid, conversationSid, webhookSid);
            } catch (TwilioException.NotFound _) {
                // somebody else was faster, and it is gone all the same
            }
        }
        return attached.size();
    }

    private static String name(Outcome outcome) {
        return switch (outcome) {
            case Stopped _ -> "stopped";
            case NoneAttached _ -> "none_attached";
            case UnknownConversation _ -> "unknown";
            case Gone _ -> "gone";
            case NoAccount _ -> "no_account";
            case Failed _ -> "failed";
        };
    }

    private record Where(String accountSid, @Nullable String serviceSid) {}
}
