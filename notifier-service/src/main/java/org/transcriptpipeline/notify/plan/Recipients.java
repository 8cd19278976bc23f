package org.transcriptpipeline.notify.plan;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.event.TranscriptReady;
import org.transcriptpipeline.notify.ledger.Destination;
import org.transcriptpipeline.notify.ledger.DestinationKind;
import org.transcriptpipeline.rules.Facts;
import org.transcriptpipeline.rules.HandoffRules;
import org.transcriptpipeline.rules.Rule;
import org.transcriptpipeline.rules.Target;

/// Who hears of a version of a handoff.
final class Recipients {

    private final HandoffRules rules;

    Recipients(HandoffRules rules) {
        this.rules = rules;
    }

    /// @param rule null: none fits, and nobody is told
    /// @param byName the destination of the rule, by who gets something there; one answer each, also where two
    ///     destinations name the same address
    record Told(@Nullable Rule rule, Map<Destination, org.transcriptpipeline.rules.Destination> byName) {}

    Told of(TranscriptReady ready, Facts facts) {
        var rule = rules.of(facts);
        var told = new LinkedHashMap<Destination, org.transcriptpipeline.rules.Destination>();
        if (rule != null) {
            for (var destination : destinations(rule, ready)) {
                recipients(destination).forEach(r -> told.putIfAbsent(r, destination));
            }
        }
        return new Told(rule, told);
    }

    private static List<org.transcriptpipeline.rules.Destination> destinations(Rule rule, TranscriptReady ready) {
        return switch (ready.kind()) {
            case TranscriptReady.FOLLOW_UP ->
                ready.newMessages() > 0
                        ? rule.to()
                        : rule.to().stream().filter(d -> d.hearsOfFailures()).toList();
            case TranscriptReady.REMINDER ->
                rule.takeOver() == null ? List.of() : rule.takeOver().then();
            default -> rule.to();
        };
    }

    private static List<Destination> recipients(org.transcriptpipeline.rules.Destination destination) {
        return switch (destination.target()) {
            case Target.Email(var addresses, var _) ->
                addresses.stream()
                        .map(a -> new Destination(DestinationKind.EMAIL, a))
                        .toList();
            case Target.Webhook(var _, var _) -> List.of(new Destination(DestinationKind.WEBHOOK, destination.name()));
            case Target.Slack(var _) -> List.of(new Destination(DestinationKind.SLACK, destination.name()));
            case Target.Directory(var _) -> List.of(new Destination(DestinationKind.DIRECTORY, destination.name()));
        };
    }
}
