package org.transcriptpipeline.notify.delivery;

import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.transcriptpipeline.event.TranscriptReady;
import org.transcriptpipeline.notify.channel.Channel;
import org.transcriptpipeline.notify.channel.Consignment;
import org.transcriptpipeline.notify.ledger.Delivery;
import org.transcriptpipeline.notify.ledger.DestinationKind;
import org.transcriptpipeline.notify.ledger.HandoffLedger;
import org.transcriptpipeline.notify.rules.OperatorLinks;
import org.transcriptpipeline.rules.Destination;
import org.transcriptpipeline.rules.HandoffRules;
import org.transcriptpipeline.rules.Presentation;
import org.transcriptpipeline.snapshot.TranscriptSnapshot;

/// Gets ready what a delivery sends: by the rules as they are now, so that a mended destination takes what was planned
/// before.
final class Preparation {

    private final Snapshots snapshots;
    private final HandoffLedger ledger;
    private final HandoffRules rules;
    private final OperatorLinks links;
    private final ZoneId zone;

    Preparation(Snapshots snapshots, HandoffLedger ledger, HandoffRules rules, OperatorLinks links, ZoneId zone) {
        this.snapshots = snapshots;
        this.ledger = ledger;
        this.rules = rules;
        this.links = links;
        this.zone = zone;
    }

    sealed interface Prepared {}

    record Ready(Channel.Parcel parcel) implements Prepared {}

    /// What goes wrong is tried again for a day: a snapshot may come late, a faulty renderer may be mended.
    record NotReady(String reason) implements Prepared {}

    record Never(String reason) implements Prepared {}

    /// When it may go out by its quiet hours; `now` where there are none.
    Instant earliest(Delivery delivery, Instant now) {
        var destination = destination(delivery);
        if (destination == null || destination.quietHours() == null) {
            return now;
        }
        var readyAt = delivery.readyAt();
        return destination.quietHours().earliest(now, readyAt == null ? now : readyAt);
    }

    Prepared prepare(Delivery delivery, Channel channel) {
        return switch (snapshots.read(delivery)) {
            case Snapshots.Found(var snapshot, var content) -> {
                try {
                    yield switch (channel.prepare(consignment(delivery, snapshot, content))) {
                        case Channel.Ready(var parcel) -> new Ready(parcel);
                        case Channel.Never(var reason) -> new Never(reason);
                    };
                } catch (DataAccessException e) {
                    throw e; // the database is away; nothing was tried
                } catch (RuntimeException | StackOverflowError e) {
                    yield new NotReady(
                            "the transcript cannot be rendered: " + e.getClass().getSimpleName());
                }
            }
            case Snapshots.Unusable(var reason) -> new NotReady(reason);
        };
    }

    private Consignment consignment(Delivery delivery, TranscriptSnapshot snapshot, String content) {
        var destination = destination(delivery);
        var rule = delivery.rule() == null ? null : rules.named(delivery.rule());
        return new Consignment(
                delivery,
                destination,
                snapshot,
                content,
                previous(snapshot),
                destination == null
                        ? new Presentation(Locale.ENGLISH, zone, Set.of(), Map.of())
                        : destination.presentation(),
                links.of(delivery, rule),
                delivery.key().destination().kind() == DestinationKind.EMAIL
                        ? ledger.messageIdsBefore(delivery.key())
                        : List.of());
    }

    private @Nullable TranscriptSnapshot previous(TranscriptSnapshot snapshot) {
        var follows = snapshot.followsVersion();
        return follows == null || !snapshot.kind().equals(TranscriptReady.FOLLOW_UP)
                ? null
                : snapshots.earlier(snapshot.handoffId(), follows);
    }

    private @Nullable Destination destination(Delivery delivery) {
        return delivery.destinationName() == null ? null : rules.destination(delivery.destinationName());
    }
}
