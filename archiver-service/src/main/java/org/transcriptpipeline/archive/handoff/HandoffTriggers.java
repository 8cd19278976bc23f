package org.transcriptpipeline.archive.handoff;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;
import org.transcriptpipeline.archive.handoff.HandoffTable.CustomerMessage;

/// Turns triggers into handoffs. One end, one handoff, whoever tells of it: the identity is the conversation and the
/// execution. A trigger that knows no execution joins the newest handoff of the conversation, unless the customer
/// wrote after what that one covered; one that knows it adopts such a handoff. What a person asks for is a handoff of
/// its own.
///
/// A trigger that is seen again does nothing, so that a replay has no effect.
@Component
public class HandoffTriggers {

    private final HandoffTable table;
    private final HandoffPlans plans;
    private final HandoffProperties properties;
    private final TriggerProperties triggers;
    private final MeterRegistry meters;
    private final ApplicationEventPublisher events;

    HandoffTriggers(
            HandoffTable table,
            HandoffPlans plans,
            HandoffProperties properties,
            TriggerProperties triggers,
            MeterRegistry meters,
            ApplicationEventPublisher events) {
        this.table = table;
        this.plans = plans;
        this.properties = properties;
        this.triggers = triggers;
        this.meters = meters;
        this.events = events;
    }

    /// Runs in the transaction of the batch, after its rows are merged and while the conversations' rows are locked.
    public void apply(List<Trigger> told) {
        apply(told, false);
    }

    /// The same for triggers of records that are replayed: nobody is to hear of an end so late by itself, so that
    /// what they make is expired, whatever its age. A person may release it.
    public void applyExpired(List<Trigger> told) {
        apply(told, true);
    }

    private void apply(List<Trigger> told, boolean isExpired) {
        var fresh = unseen(told);
        if (fresh.isEmpty()) {
            return;
        }
        var conversationSids =
                fresh.stream().map(Trigger::conversationSid).collect(Collectors.toCollection(TreeSet::new));
        var handoffs = table.newestFirst(conversationSids);
        var customerMessages = table.customerMessages(withSeveralEnds(fresh, handoffs.keySet()));
        Map<String, Handoff> made = new LinkedHashMap<>();
        Map<String, Handoff> changed = new LinkedHashMap<>();
        List<String> handoffIds = new ArrayList<>();
        for (var trigger : fresh) {
            var known = handoffs.computeIfAbsent(trigger.conversationSid(), _ -> new ArrayList<>());
            var messages = customerMessages.getOrDefault(trigger.conversationSid(), List.of());
            var handoff = find(trigger, known, messages);
            if (handoff == null) {
                handoff = Handoff.of(trigger);
                known.addFirst(handoff);
                made.put(handoff.handoffId(), handoff);
            } else {
                var now = handoff.toldBy(trigger);
                known.set(known.indexOf(handoff), now);
                if (made.replace(handoff.handoffId(), now) == null && !now.equals(handoff)) {
                    changed.put(handoff.handoffId(), now);
                }
            }
            handoffIds.add(handoff.handoffId());
        }
        insert(List.copyOf(made.values()), isExpired);
        table.update(List.copyOf(changed.values()));
        table.remember(fresh, handoffIds);
    }

    /// Each with the plan of the rule that fits it now.
    private void insert(List<Handoff> made, boolean isExpired) {
        if (made.isEmpty()) {
            return;
        }
        var places = table.places(made.stream().map(Handoff::conversationSid).toList());
        int expired = table.insert(
                made,
                made.stream()
                        .map(handoff -> plans.of(handoff, places.get(handoff.conversationSid())))
                        .toList(),
                isExpired);
        if (expired > 0) {
            meters.counter("transcripts_handoffs", "state", "expired").increment(expired);
        }
        if (expired < made.size()) {
            events.publishEvent(new HandoffsMade());
        }
    }

    private List<Trigger> unseen(List<Trigger> told) {
        var wanted = told.stream()
                .filter(trigger -> trigger.isOnDemand() || triggers.triggers().contains(trigger.kind()))
                .sorted(Trigger.ORDER)
                .toList();
        if (wanted.isEmpty()) {
            return List.of();
        }
        var seen = table.seen(wanted.stream().map(Trigger::triggerId).toList());
        return wanted.stream().filter(trigger -> seen.add(trigger.triggerId())).toList();
    }

    /// Only there the question comes up whether two ends are one.
    private static List<String> withSeveralEnds(List<Trigger> fresh, Collection<String> withHandoff) {
        var ends = fresh.stream().collect(Collectors.groupingBy(Trigger::conversationSid, Collectors.counting()));
        return ends.entrySet().stream()
                .filter(entry -> entry.getValue() > 1 || withHandoff.contains(entry.getKey()))
                .map(Map.Entry::getKey)
                .toList();
    }

    private @Nullable Handoff find(Trigger trigger, List<Handoff> all, List<CustomerMessage> messages) {
        if (trigger.isOnDemand()) {
            return null;
        }
        var newestFirst = all.stream().filter(handoff -> !handoff.isOnDemand()).toList();
        if (trigger.executionSid() == null) {
            return newestFirst.isEmpty() || customerWroteBetween(newestFirst.getFirst(), trigger, messages)
                    ? null
                    : newestFirst.getFirst();
        }
        for (var handoff : newestFirst) {
            if (trigger.executionSid().equals(handoff.executionSid())) {
                return handoff;
            }
        }
        // Of several ends that nobody named yet, the first one after the execution's start is its own.
        return newestFirst.reversed().stream()
                .filter(handoff -> handoff.executionSid() == null)
                .filter(handoff -> trigger.startedAt() == null
                        ? handoff.equals(newestFirst.getFirst())
                        : !trigger.startedAt().isAfter(handoff.requestedAt()))
                .filter(handoff -> !customerWroteBetween(handoff, trigger, messages))
                .findFirst()
                .orElse(null);
    }

    /// Whether the customer wrote after what the handoff covers and before this end. A handoff that has no snapshot
    /// yet covers what comes until its deadline.
    private boolean customerWroteBetween(Handoff handoff, Trigger trigger, List<CustomerMessage> messages) {
        var end = trigger.occurredAt();
        var covers = handoff.coversThroughIndex();
        if (covers != null) {
            return messages.stream()
                    .anyMatch(m -> m.index() > covers && !m.receivedAt().isAfter(end));
        }
        var deadline =
                handoff.requestedAt().plus(handoff.deadline() != null ? handoff.deadline() : properties.deadline());
        return messages.stream()
                .anyMatch(
                        m -> m.receivedAt().isAfter(deadline) && !m.receivedAt().isAfter(end));
    }
}
