package org.transcriptpipeline.ingest.flow;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.transcriptpipeline.twilio.TwilioClient;
import org.transcriptpipeline.twilio.TwilioClients;
import org.transcriptpipeline.twilio.TwilioException;

/// Attaches the flow to a conversation by one request, which is never repeated: attached twice, a flow texts the
/// customer twice. What became of it is counted here, also when the thread is interrupted.
final class FlowAttachment {

    /// An older look may have missed an agent who attached a flow, or closed the conversation.
    private static final Duration FRESH = Duration.ofSeconds(10);

    /// Before the list is asked whether a request without an answer was carried out.
    private static final Duration UNTIL_LATER = Duration.ofSeconds(5);

    /// All messages there are: the first one came before the flow could hear it.
    private static final long FROM_THE_FIRST = 0;

    private final String flowSid;
    private final TwilioClients clients;
    private final ConversationLook look;
    private final Semaphore turns;
    private final Clock clock;
    private final FlowMeters meters;
    private final FlowHealth health;

    FlowAttachment(
            String flowSid,
            TwilioClients clients,
            ConversationLook look,
            Semaphore turns,
            Clock clock,
            FlowMeters meters,
            FlowHealth health) {
        this.flowSid = flowSid;
        this.clients = clients;
        this.look = look;
        this.turns = turns;
        this.clock = clock;
        this.meters = meters;
        this.health = health;
    }

    /// To be called once for a conversation, and only when nobody will ever be told to do it again.
    void attach(Candidate candidate, Look.Free seen) {
        try {
            if (isStale(seen) && look.once(candidate) instanceof Look.Settled(var outcome, var failure)) {
                meters.settled(candidate, outcome, failure);
                return;
            }
            turns.acquire();
        } catch (TwilioException e) {
            meters.settled(candidate, Outcome.GIVEN_UP, e);
            return;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            meters.settled(candidate, Outcome.GIVEN_UP, null);
            return;
        }
        try {
            attachOnce(candidate);
        } finally {
            turns.release();
        }
    }

    private boolean isStale(Look.Free seen) {
        return seen.seenAt().plus(FRESH).isBefore(clock.instant());
    }

    private void attachOnce(Candidate candidate) {
        var client = clients.client(candidate.accountSid());
        if (client == null || !look.isYoung(candidate)) { // others of its batch took their time
            meters.settled(candidate, Outcome.GIVEN_UP, null);
            return;
        }
        try {
            client.attachFlow(candidate.serviceSid(), candidate.conversationSid(), flowSid, FROM_THE_FIRST);
            health.twilioAnswers(candidate.accountSid());
            meters.settled(candidate, Outcome.ATTACHED, null);
        } catch (TwilioException e) {
            switch (e) {
                case TwilioException.NotFound _ -> meters.settled(candidate, Outcome.GONE, e);
                case TwilioException.Refused _ -> meters.settled(candidate, Outcome.REFUSED, e);
                case TwilioException.RateLimited _, TwilioException.Unauthorised _ -> {
                    health.twilioFails(candidate.accountSid(), e);
                    meters.settled(candidate, Outcome.GIVEN_UP, e);
                }
                case TwilioException.Unavailable _, TwilioException.Unusable _, TwilioException.Interrupted _ ->
                    meters.settled(candidate, wasAttached(client, candidate), e);
            }
        }
    }

    private Outcome wasAttached(TwilioClient client, Candidate candidate) {
        try {
            Thread.sleep(UNTIL_LATER);
            return look.hasFlow(client, candidate, flowSid) ? Outcome.ATTACHED : Outcome.UNCERTAIN;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Outcome.UNCERTAIN;
        } catch (TwilioException e) {
            health.twilioFails(candidate.accountSid(), e);
            return Outcome.UNCERTAIN;
        }
    }
}
