package org.transcriptpipeline.simulator.world;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Flows and their executions. A flow is not interpreted: whoever drives the world says what it writes and when it
/// ends.
public final class Studio {

    /// The only `ended_reason` that was ever seen.
    public static final String FLOW_END = "FLOW_END";

    private final Core core;
    private final Map<String, Flow> flows = new LinkedHashMap<>();
    private final Map<String, Execution> executions = new LinkedHashMap<>();
    /// SID of the active execution of a flow for a conversation, of which there is one at most.
    private final Map<String, String> active = new HashMap<>();

    Studio(Core core) {
        this.core = core;
    }

    /// @param definition JSON as text
    public Flow createFlow(
            String friendlyName, boolean isPublished, String definition, @Nullable String commitMessage) {
        synchronized (core) {
            var now = core.now();
            var flow = new Flow(core.sid("FW"), friendlyName, isPublished, definition, commitMessage, 1, now, now);
            flows.put(flow.sid(), flow);
            return flow;
        }
    }

    /// A new revision; null stays as it is.
    public Flow updateFlow(
            String flowSid,
            @Nullable String friendlyName,
            boolean isPublished,
            @Nullable String definition,
            @Nullable String commitMessage) {
        synchronized (core) {
            var flow = flow(flowSid);
            var changed = new Flow(
                    flowSid,
                    friendlyName == null ? flow.friendlyName() : friendlyName,
                    isPublished,
                    definition == null ? flow.definition() : definition,
                    commitMessage,
                    flow.revision() + 1,
                    flow.dateCreated(),
                    core.now());
            flows.put(flowSid, changed);
            return changed;
        }
    }

    public void removeFlow(String flowSid) {
        synchronized (core) {
            flows.remove(flow(flowSid).sid());
        }
    }

    public Flow flow(String flowSid) {
        synchronized (core) {
            var flow = flows.get(flowSid);
            if (flow == null) {
                throw TwilioRefusal.notFound(flowSid);
            }
            return flow;
        }
    }

    public List<Flow> flows() {
        synchronized (core) {
            return List.copyOf(flows.values());
        }
    }

    public Execution execution(String executionSid) {
        synchronized (core) {
            var execution = executions.get(executionSid);
            if (execution == null) {
                throw TwilioRefusal.notFound(executionSid);
            }
            return execution;
        }
    }

    public List<Execution> executions() {
        synchronized (core) {
            return List.copyOf(executions.values());
        }
    }

    public List<Execution> executionsOf(String conversationSid) {
        synchronized (core) {
            return executions.values().stream()
                    .filter(e -> conversationSid.equals(e.conversationSid()))
                    .toList();
        }
    }

    /// Starts one as a REST call does, for no conversation.
    public Execution start(String flowSid, String contactAddress, Map<String, String> parameters) {
        synchronized (core) {
            return start(flowSid, null, contactAddress, null, parameters);
        }
    }

    public void removeExecution(String executionSid) {
        synchronized (core) {
            executions.remove(execution(executionSid).sid());
            active.values().remove(executionSid);
        }
    }

    /// The execution comes to its end, if it has not.
    ///
    /// @param reason [#FLOW_END]
    public Execution end(String executionSid, String reason) {
        synchronized (core) {
            var execution = execution(executionSid);
            if (execution.isEnded()) {
                return execution;
            }
            var ended = execution.ended(reason, core.now());
            executions.put(executionSid, ended);
            active.values().remove(executionSid);
            core.emit(new WorldEvent.ExecutionEnded(ended, core.now()));
            return ended;
        }
    }

    /// The last widget of the flow makes its HTTP request, before the execution ends.
    ///
    /// @param parameters what the flow collected; `conversationSid`, `flowSid` and `executionSid` go with it
    public void callAtEnd(String executionSid, Map<String, String> parameters) {
        synchronized (core) {
            var collected = execution(executionSid).with(parameters);
            executions.put(executionSid, collected);
            core.emit(new WorldEvent.FlowCalled(collected, parameters, core.now()));
        }
    }

    /// A message goes to the flows of its conversation: into the active execution, or it starts one.
    void hear(ConversationLog log, Message message) {
        for (var flowSid : attached(log)) {
            startFor(log, flowSid, message, customerAddress(log));
        }
    }

    /// Messages from that index on are sent to the flow again. It then knows the conversation by its SID only
    /// (seen at Twilio by others).
    void replay(ConversationLog log, String flowSid, int from) {
        for (var message : log.messages().values()) {
            if (message.index() >= from) {
                startFor(log, flowSid, message, log.conversation().sid());
            }
        }
    }

    private void startFor(ConversationLog log, String flowSid, Message message, @Nullable String address) {
        var key = flowSid + "|" + log.conversation().sid();
        if (!active.containsKey(key)) {
            var started = start(flowSid, log.conversation().sid(), address, message.sid(), Map.of());
            active.put(key, started.sid());
        }
    }

    private Execution start(
            String flowSid,
            @Nullable String conversationSid,
            @Nullable String address,
            @Nullable String startedBy,
            Map<String, String> parameters) {
        var now = core.now();
        var flow = flows.get(flowSid);
        var execution = new Execution(
                core.sid("FN"),
                flowSid,
                conversationSid,
                address,
                false,
                null,
                startedBy,
                flow == null ? 1 : flow.revision(),
                now,
                now,
                parameters);
        executions.put(execution.sid(), execution);
        core.emit(new WorldEvent.ExecutionStarted(execution, now));
        return execution;
    }

    private static List<String> attached(ConversationLog log) {
        var flowSids = new ArrayList<String>(1);
        for (var webhook : log.webhooks().values()) {
            var flowSid = webhook.fields().flowSid();
            if (webhook.target() == ScopedWebhook.Target.STUDIO && flowSid != null) {
                flowSids.add(flowSid);
            }
        }
        return flowSids;
    }

    private static @Nullable String customerAddress(ConversationLog log) {
        return log.participants().values().stream()
                .map(Participant::address)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }
}
