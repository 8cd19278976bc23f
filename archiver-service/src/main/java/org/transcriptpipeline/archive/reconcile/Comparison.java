package org.transcriptpipeline.archive.reconcile;

import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.archive.reconcile.StoredRows.StoredConversation;
import org.transcriptpipeline.archive.reconcile.StoredRows.StoredParticipant;
import org.transcriptpipeline.event.StorableText;
import org.transcriptpipeline.twilio.RestConversation;
import org.transcriptpipeline.twilio.RestMessage;
import org.transcriptpipeline.twilio.RestParticipant;

/// Does Twilio say anything that the store does not hold? A difference that is none costs an event that changes
/// nothing; one that is missed costs the truth.
final class Comparison {

    private Comparison() {}

    /// A removed message stays removed, whatever a list still shows.
    static boolean isNews(RestMessage message, @Nullable StoredMessage stored) {
        if (stored == null || stored.isStub()) {
            return true;
        }
        return !stored.isRemoved()
                && (!Objects.equals(stored.index(), message.index())
                        || isOther(Objects.requireNonNullElse(message.body(), ""), stored.body())
                        || isOther(message.author(), stored.author())
                        || isOther(message.participantSid(), stored.participantSid())
                        || isOther(message.attributes(), stored.attributes())
                        || !stored.mediaSids().equals(mediaSids(message))
                        || isOtherSecond(message, stored));
    }

    private static List<String> mediaSids(RestMessage message) {
        return message.media().stream()
                .map(RestMessage.Media::sid)
                .filter(Objects::nonNull)
                .sorted(Comparator.naturalOrder())
                .toList();
    }

    /// REST cuts a time to the second.
    private static boolean isOtherSecond(RestMessage message, StoredMessage stored) {
        var created = message.dateCreated();
        return created != null
                && (stored.sentAt() == null
                        || !created.truncatedTo(ChronoUnit.SECONDS)
                                .equals(stored.sentAt().truncatedTo(ChronoUnit.SECONDS)));
    }

    /// Whether the receipts have to be fetched. Twilio's aggregate says `all`, `some` or `none` for each state; the
    /// documentation leaves open whether a delivered receipt also counts as sent, so ours is compared both ways.
    /// `some` does not tell of whom, so it is never enough.
    static boolean mayHaveOtherReceipts(RestMessage message, @Nullable StoredMessage stored) {
        var delivery = message.delivery();
        if (delivery == null || delivery.total() == 0) {
            return false;
        }
        var told = List.of(
                amount(delivery.sent()),
                amount(delivery.delivered()),
                amount(delivery.read()),
                amount(delivery.failed()),
                amount(delivery.undelivered()));
        if (told.contains("some") || told.stream().allMatch("none"::equals)) {
            return told.contains("some");
        }
        var statuses = stored == null ? List.<String>of() : stored.statuses();
        return statuses.size() != delivery.total()
                || !(told.equals(aggregate(statuses, false)) || told.equals(aggregate(statuses, true)));
    }

    private static String amount(@Nullable String told) {
        return told == null ? "none" : told;
    }

    private static List<String> aggregate(List<String> statuses, boolean isCumulative) {
        return List.of(
                amount(statuses, isCumulative ? List.of("sent", "delivered", "read", "undelivered") : List.of("sent")),
                amount(statuses, isCumulative ? List.of("delivered", "read") : List.of("delivered")),
                amount(statuses, List.of("read")),
                amount(statuses, List.of("failed")),
                amount(statuses, List.of("undelivered")));
    }

    private static String amount(List<String> statuses, List<String> counted) {
        long matching = statuses.stream().filter(counted::contains).count();
        return matching == 0 ? "none" : matching == statuses.size() ? "all" : "some";
    }

    static boolean isNews(RestConversation conversation, @Nullable StoredConversation stored) {
        return stored == null
                || !stored.hasStart()
                || isOther(conversation.serviceSid(), stored.serviceSid())
                || isOther(conversation.messagingServiceSid(), stored.messagingServiceSid())
                || isOther(conversation.friendlyName(), stored.friendlyName())
                || isOther(conversation.uniqueName(), stored.uniqueName())
                || isOther(conversation.attributes(), stored.attributes())
                || isOther(conversation.state(), stored.state());
    }

    static boolean isNews(RestParticipant participant, @Nullable StoredParticipant stored) {
        if (stored == null) {
            return true;
        }
        var binding = participant.messagingBinding();
        return isOther(participant.identity(), stored.identity())
                || isOther(participant.roleSid(), stored.roleSid())
                || isOther(participant.attributes(), stored.attributes())
                || (participant.lastReadMessageIndex() != null
                        && !participant.lastReadMessageIndex().equals(stored.lastReadMessageIndex()))
                || (binding != null
                        && (isOther(binding.address(), stored.address())
                                || isOther(
                                        binding.proxyAddress() != null
                                                ? binding.proxyAddress()
                                                : binding.projectedAddress(),
                                        stored.proxyAddress())
                                || (binding.type() != null && !binding.type().equalsIgnoreCase(stored.bindingType()))));
    }

    /// Null says nothing; otherwise in the form in which it would be stored.
    private static boolean isOther(@Nullable String told, @Nullable String stored) {
        return told != null && !StorableText.of(told).equals(Objects.requireNonNullElse(stored, ""));
    }
}
