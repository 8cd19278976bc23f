package org.transcriptpipeline.archive.retention;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.event.ConversationAdd;
import org.transcriptpipeline.event.ConversationAdded;
import org.transcriptpipeline.event.ConversationFields;
import org.transcriptpipeline.event.ConversationReconciled;
import org.transcriptpipeline.event.ConversationRemove;
import org.transcriptpipeline.event.ConversationRemoved;
import org.transcriptpipeline.event.ConversationStateUpdated;
import org.transcriptpipeline.event.ConversationUpdate;
import org.transcriptpipeline.event.ConversationUpdated;
import org.transcriptpipeline.event.DeliveryUpdated;
import org.transcriptpipeline.event.ErrorLogged;
import org.transcriptpipeline.event.FlowEnded;
import org.transcriptpipeline.event.FlowExecutionEnded;
import org.transcriptpipeline.event.FlowExecutionStarted;
import org.transcriptpipeline.event.HandoffRequested;
import org.transcriptpipeline.event.IntakeResumed;
import org.transcriptpipeline.event.MessageAdd;
import org.transcriptpipeline.event.MessageAdded;
import org.transcriptpipeline.event.MessageFields;
import org.transcriptpipeline.event.MessageRemove;
import org.transcriptpipeline.event.MessageRemoved;
import org.transcriptpipeline.event.MessageStatusUpdated;
import org.transcriptpipeline.event.MessageUpdate;
import org.transcriptpipeline.event.MessageUpdated;
import org.transcriptpipeline.event.ParticipantAdd;
import org.transcriptpipeline.event.ParticipantAdded;
import org.transcriptpipeline.event.ParticipantFields;
import org.transcriptpipeline.event.ParticipantRemove;
import org.transcriptpipeline.event.ParticipantRemoved;
import org.transcriptpipeline.event.ParticipantUpdate;
import org.transcriptpipeline.event.ParticipantUpdated;
import org.transcriptpipeline.event.StorableText;
import org.transcriptpipeline.event.TranscriptEvent;
import org.transcriptpipeline.event.Unknown;
import org.transcriptpipeline.event.UserAdded;
import org.transcriptpipeline.event.UserFields;
import org.transcriptpipeline.event.UserUpdate;
import org.transcriptpipeline.event.UserUpdated;

/// Of what and of whom an event speaks, as far as an erasure asks.
///
/// @param sids of the conversation, message, participant, execution or user, whichever it names
/// @param addresses as they are written in it; an identity is one
/// @param at when what it tells of began: a message was written, a conversation or participant made. An event that
///     gives no time is taken to be a day older than it was received, since it may come late: Twilio keeps a message
///     that it cannot deliver for at most ten hours
/// @param saidAt until when it was true. What a conversation or a participant is may have begun long before it is told;
///     of anything else it is `at`
/// @param keptWhole whether the record itself is kept, with all that it says
record Mentions(List<String> sids, List<String> addresses, Instant at, Instant saidAt, boolean keptWhole) {

    static final Duration LATE = Duration.ofDays(1);

    static Mentions of(TranscriptEvent event) {
        var found = new Collected();
        var told = found.add(event);
        var source = event.source();
        var at = told != null ? told : source.receivedAt().minus(LATE);
        return new Mentions(
                List.copyOf(found.sids),
                List.copyOf(found.addresses),
                at,
                found.isLasting ? source.receivedAt() : at,
                event instanceof Unknown || found.isPreAction || !source.notes().isEmpty());
    }

    @Override
    public String toString() {
        return "Mentions" + sids; // no addresses
    }

    private static final class Collected {

        private final List<String> sids = new ArrayList<>(4);
        private final List<String> addresses = new ArrayList<>(2);
        private boolean isPreAction;
        private boolean isLasting;

        /// @return when what it tells of began; null: it does not say
        @Nullable
        Instant add(TranscriptEvent event) {
            return switch (event) {
                case ConversationAdded e -> conversation(e.conversationSid(), e.conversation());
                case ConversationUpdated e -> conversation(e.conversationSid(), e.conversation());
                case ConversationRemoved e -> conversation(e.conversationSid(), e.conversation());
                case ConversationStateUpdated e -> {
                    sid(e.conversationSid());
                    yield e.stateUpdatedAt();
                }
                case ConversationReconciled e -> {
                    sid(e.conversationSid());
                    yield e.listedAt();
                }
                case MessageAdded e -> message(e.conversationSid(), e.messageSid(), e.message());
                case MessageUpdated e -> message(e.conversationSid(), e.messageSid(), e.message());
                case MessageRemoved e -> message(e.conversationSid(), e.messageSid(), e.message());
                case ParticipantAdded e -> participant(e.conversationSid(), e.participantSid(), e.participant());
                case ParticipantUpdated e -> participant(e.conversationSid(), e.participantSid(), e.participant());
                case ParticipantRemoved e -> participant(e.conversationSid(), e.participantSid(), e.participant());
                case DeliveryUpdated e -> {
                    sid(e.conversationSid());
                    sid(e.messageSid());
                    sid(e.channelMessageSid());
                    sid(e.participantSid());
                    yield first(e.dateCreated(), e.dateUpdated());
                }
                case UserAdded e -> user(e.userSid(), e.user());
                case UserUpdated e -> user(e.userSid(), e.user());
                case MessageStatusUpdated e -> {
                    sid(e.messageSid());
                    address(e.from());
                    address(e.to());
                    yield e.occurredAt();
                }
                case FlowEnded e -> {
                    sid(e.conversationSid());
                    sid(e.executionSid());
                    yield null;
                }
                case FlowExecutionStarted e -> {
                    sid(e.conversationSid());
                    sid(e.executionSid());
                    address(e.contactAddress());
                    yield e.startedAt();
                }
                case FlowExecutionEnded e -> {
                    sid(e.conversationSid());
                    sid(e.executionSid());
                    address(e.contactAddress());
                    yield first(e.startedAt(), e.endedAt());
                }
                case HandoffRequested e -> {
                    sid(e.conversationSid());
                    yield e.source().receivedAt();
                }
                case ErrorLogged e -> e.loggedAt(); // Twilio's own words, and SIDs at the most
                case IntakeResumed e -> e.resumedAt();
                case Unknown e -> {
                    sid(e.conversationSid());
                    yield null;
                }
                case ConversationAdd e -> preAction(conversation(null, e.conversation()));
                case ConversationUpdate e -> preAction(conversation(e.conversationSid(), e.conversation()));
                case ConversationRemove e -> preAction(conversation(e.conversationSid(), e.conversation()));
                case MessageAdd e -> preAction(message(e.conversationSid(), null, e.message()));
                case MessageUpdate e -> preAction(message(e.conversationSid(), e.messageSid(), e.message()));
                case MessageRemove e -> preAction(message(e.conversationSid(), e.messageSid(), e.message()));
                case ParticipantAdd e -> preAction(participant(e.conversationSid(), null, e.participant()));
                case ParticipantUpdate e ->
                    preAction(participant(e.conversationSid(), e.participantSid(), e.participant()));
                case ParticipantRemove e ->
                    preAction(participant(e.conversationSid(), e.participantSid(), e.participant()));
                case UserUpdate e -> preAction(user(e.userSid(), e.user()));
            };
        }

        private @Nullable Instant conversation(@Nullable String sid, ConversationFields fields) {
            isLasting = true;
            sid(sid);
            if (fields.binding() != null) {
                fields.binding().addresses().forEach(this::address);
                address(fields.binding().authorAddress());
            }
            return first(fields.dateCreated(), fields.dateUpdated());
        }

        private @Nullable Instant message(
                @Nullable String conversationSid, @Nullable String messageSid, MessageFields fields) {
            sid(conversationSid);
            sid(messageSid);
            sid(fields.participantSid());
            address(fields.author());
            return first(fields.dateCreated(), fields.dateUpdated());
        }

        private @Nullable Instant participant(
                @Nullable String conversationSid, @Nullable String participantSid, ParticipantFields fields) {
            isLasting = true;
            sid(conversationSid);
            sid(participantSid);
            address(fields.identity());
            if (fields.binding() != null) {
                fields.binding().addresses().forEach(this::address);
            }
            return first(fields.dateCreated(), fields.dateUpdated());
        }

        private @Nullable Instant user(@Nullable String userSid, UserFields fields) {
            sid(userSid);
            address(fields.identity());
            return first(fields.dateCreated(), fields.dateUpdated());
        }

        private @Nullable Instant preAction(@Nullable Instant at) {
            isPreAction = true;
            return at;
        }

        private void sid(@Nullable String sid) {
            if (sid != null) {
                sids.add(StorableText.of(sid)); // so that Postgres can read it
            }
        }

        /// As it would be stored.
        private void address(@Nullable String address) {
            if (address != null && !address.isBlank()) {
                addresses.add(StorableText.of(address));
            }
        }

        private static @Nullable Instant first(@Nullable Instant one, @Nullable Instant other) {
            return one != null ? one : other;
        }
    }
}
