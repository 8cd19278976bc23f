package org.transcriptpipeline.simulator.world;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.simulator.world.WorldEvent.Reason;

/// Conversations and who is in them. Not thread-safe: the world's monitor guards it.
final class ConversationBook {

    static final String NO_ATTRIBUTES = "{}";
    private static final int PAIR_TAKEN = 50416;
    private static final int NAME_TAKEN = 50353;
    private static final int TIMERS_WITHOUT_STATE = 50382;

    private final Core core;
    private final Settings settings;
    private final Map<String, ConversationLog> logs = new LinkedHashMap<>();
    private final Map<String, String> byUniqueName = new HashMap<>();
    /// Open conversation of each pair of numbers, or of each set of them; an inbound text goes there.
    private final Map<String, ConversationLog> routes = new HashMap<>();
    private final List<Removal> removals = new ArrayList<>();
    private long ordinal;

    ConversationBook(Core core, Settings settings) {
        this.core = core;
        this.settings = settings;
    }

    Collection<ConversationLog> logs() {
        return logs.values();
    }

    List<Removal> removals() {
        return removals;
    }

    /// @param sidOrName a unique name can stand for the SID
    ConversationLog log(String sidOrName) {
        var log = logs.get(byUniqueName.getOrDefault(sidOrName, sidOrName));
        if (log == null) {
            throw TwilioRefusal.notFound(sidOrName.startsWith("CH") ? sidOrName : "conversation");
        }
        return log;
    }

    @Nullable
    ConversationLog route(String key) {
        return routes.get(key);
    }

    static String pair(String address, String proxyAddress) {
        return address + "|" + proxyAddress;
    }

    static String group(Stream<String> addresses) {
        return String.join("|", addresses.sorted().toList());
    }

    ConversationLog create(String serviceSid, ConversationFields fields, List<Binding> bindings, Origin origin) {
        settings.service(serviceSid);
        boolean hasTimers = fields.inactiveTimer() != null || fields.closedTimer() != null;
        if (hasTimers && fields.state() == null) {
            throw new TwilioRefusal(400, TIMERS_WITHOUT_STATE, "Timers need a State");
        }
        var sid = core.sid("CH");
        claimName(fields.uniqueName(), sid);
        var now = core.now();
        var created = fields.dateCreated() == null ? now : fields.dateCreated();
        var blank = new Conversation(
                sid,
                ++ordinal,
                serviceSid,
                settings.defaultMessagingServiceSid(),
                null,
                null,
                NO_ATTRIBUTES,
                fields.state() == null ? State.ACTIVE : fields.state(),
                created,
                created,
                settings.defaultInactiveTimer(),
                settings.defaultClosedTimer());
        var log = new ConversationLog(blank.with(fields, created));
        logs.put(sid, log);
        core.emit(new WorldEvent.ConversationAdded(log.conversation(), bindings, origin, now));
        return log;
    }

    void update(ConversationLog log, ConversationFields change, Origin origin) {
        log.refuseIfClosed();
        var before = log.conversation();
        if (change.uniqueName() != null && !change.uniqueName().equals(before.uniqueName())) {
            claimName(change.uniqueName(), before.sid());
            byUniqueName.remove(before.uniqueName());
        }
        log.become(before.with(change, core.now()));
        if (change.state() != null) {
            changeState(log, change.state(), origin);
        }
        var changed = log.conversation();
        if (!changed.with(before.state(), before.dateUpdated()).equals(before)) {
            core.emit(new WorldEvent.ConversationUpdated(changed, origin, core.now()));
        }
    }

    void changeState(ConversationLog log, State state, Origin origin) {
        var from = log.conversation().state();
        if (from == state) {
            return;
        }
        log.refuseIfClosed();
        log.become(log.conversation().with(state, core.now()));
        if (state == State.CLOSED) {
            routes.values().removeIf(l -> l == log);
        }
        core.emit(new WorldEvent.StateUpdated(log.conversation(), from, state, reason(origin), origin, core.now()));
    }

    void remove(ConversationLog log, Origin origin) {
        var conversation = log.conversation();
        logs.remove(conversation.sid());
        byUniqueName.values().removeIf(conversation.sid()::equals);
        routes.values().removeIf(l -> l == log);
        removals.add(new Removal(conversation.sid(), conversation.sid(), origin, core.now()));
        core.emit(new WorldEvent.ConversationRemoved(conversation, origin, core.now()));
    }

    Participant addParticipant(ConversationLog log, ParticipantFields fields, Origin origin) {
        log.refuseIfClosed();
        claimPair(log, fields.binding());
        var now = core.now();
        var participant = new Participant(
                core.sid("MB"),
                log.conversation().sid(),
                fields.identity(),
                fields.binding(),
                fields.attributes() == null ? NO_ATTRIBUTES : fields.attributes(),
                fields.roleSid() == null ? settings.defaultRoleSid() : fields.roleSid(),
                null,
                now,
                now);
        log.participants().put(participant.sid(), participant);
        core.emit(new WorldEvent.ParticipantAdded(log.conversation(), participant, origin, now));
        return participant;
    }

    void updateParticipant(ConversationLog log, String participantSid, ParticipantFields change, Origin origin) {
        log.refuseIfClosed();
        var changed = log.participant(participantSid).with(change, core.now());
        log.participants().put(participantSid, changed);
        core.emit(new WorldEvent.ParticipantUpdated(log.conversation(), changed, origin, core.now()));
    }

    void removeParticipant(ConversationLog log, String participantSid, Origin origin) {
        log.refuseIfClosed();
        var participant = log.participant(participantSid);
        log.participants().remove(participantSid);
        var binding = participant.binding();
        if (binding != null && binding.address() != null && binding.proxyAddress() != null) {
            routes.remove(pair(binding.address(), binding.proxyAddress()));
        }
        removals.add(new Removal(participantSid, log.conversation().sid(), origin, core.now()));
        core.emit(new WorldEvent.ParticipantRemoved(log.conversation(), participant, origin, core.now()));
    }

    void claimGroup(ConversationLog log, String group) {
        routes.put(group, log);
    }

    private void claimPair(ConversationLog log, @Nullable Binding binding) {
        if (binding == null || binding.address() == null || binding.proxyAddress() == null) {
            return;
        }
        var holder = routes.putIfAbsent(pair(binding.address(), binding.proxyAddress()), log);
        if (holder != null) {
            throw new TwilioRefusal(
                    409,
                    PAIR_TAKEN,
                    "A binding for this participant and proxy address already exists in "
                            + holder.conversation().sid());
        }
    }

    private void claimName(@Nullable String uniqueName, String sid) {
        if (uniqueName != null && byUniqueName.putIfAbsent(uniqueName, sid) != null) {
            throw new TwilioRefusal(409, NAME_TAKEN, "A conversation with this unique name exists");
        }
    }

    private static Reason reason(Origin origin) {
        return switch (origin) {
            case REST, REST_WITH_WEBHOOK -> Reason.API;
            case TIMER -> Reason.TIMER;
            case CARRIER, SDK -> Reason.EVENT;
        };
    }
}
