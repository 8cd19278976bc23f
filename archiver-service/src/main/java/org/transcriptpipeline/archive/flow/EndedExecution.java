package org.transcriptpipeline.archive.flow;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.event.EventId;
import org.transcriptpipeline.event.FlowExecutionEnded;
import org.transcriptpipeline.event.Source;
import org.transcriptpipeline.event.SourceKind;
import org.transcriptpipeline.twilio.RestExecution;
import tools.jackson.databind.json.JsonMapper;

/// An ended execution as it is known here.
///
/// @param contactAddress the customer's; null where none was told
record EndedExecution(
        String executionSid,
        String accountSid,
        @Nullable String flowSid,
        @Nullable String conversationSid,
        @Nullable String contactAddress,
        @Nullable Instant startedAt,
        Instant endedAt,
        @Nullable String reason) {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /// Of Twilio's list, which names the conversation or the customer's address in one field.
    static EndedExecution of(RestExecution execution, String accountSid, String flowSid, Instant endedAt) {
        var contact = execution.contactChannelAddress();
        boolean isConversation = contact != null && contact.startsWith("CH");
        return new EndedExecution(
                execution.sid(),
                accountSid,
                execution.flowSid() != null ? execution.flowSid() : flowSid,
                isConversation ? contact : null,
                isConversation ? null : contact,
                execution.dateCreated(),
                endedAt,
                null);
    }

    EndedExecution in(String foundConversationSid) {
        return new EndedExecution(
                executionSid, accountSid, flowSid, foundConversationSid, contactAddress, startedAt, endedAt, reason);
    }

    /// The event that Event Streams would have been. What is known makes its id, so the same finding is the same event.
    FlowExecutionEnded event(Instant now) {
        var told = new LinkedHashMap<String, @Nullable Object>(Map.of("execution_sid", executionSid));
        told.put("flow_sid", flowSid);
        told.put("conversation_sid", conversationSid);
        told.put("date_created", startedAt == null ? null : startedAt.toString());
        told.put("date_updated", endedAt.toString());
        var body = JSON.writeValueAsString(told).getBytes(StandardCharsets.UTF_8);
        var source = new Source(
                SourceKind.REST,
                EventId.of(accountSid, SourceKind.REST, body),
                accountSid,
                now,
                null,
                null,
                "application/json",
                null,
                null,
                null,
                body,
                List.of());
        return new FlowExecutionEnded(
                executionSid,
                flowSid,
                conversationSid,
                conversationSid == null ? contactAddress : null,
                null,
                startedAt,
                endedAt,
                reason,
                source);
    }

    @Override
    public String toString() {
        return "EndedExecution[" + executionSid + "]"; // no address
    }
}
