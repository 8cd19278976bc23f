package org.transcriptpipeline.simulator;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What happens in a scenario's conversation. Messages and participants go by the names that the file gives them.
sealed interface Happening {

    record ConversationAdded(@Nullable String friendlyName) implements Happening {}

    record ConversationUpdated(@Nullable String friendlyName) implements Happening {}

    record ConversationRemoved() implements Happening {}

    record StateUpdated(String from, String to, String reason) implements Happening {}

    /// @param identity of an agent in chat; null: the customer, by address
    record ParticipantAdded(String name, @Nullable String identity) implements Happening {}

    record ParticipantRemoved(String name, @Nullable String identity) implements Happening {}

    record MessageAdded(Message message) implements Happening {}

    record MessageUpdated(Message message, String text) implements Happening {}

    record MessageRemoved(Message message) implements Happening {}

    /// A receipt: `onDeliveryUpdated`.
    record DeliveryUpdated(
            Message message, String status, @Nullable Integer errorCode) implements Happening {}

    /// A status callback of Programmable Messaging, which knows neither conversation nor time.
    record StatusCallback(
            Message message, String status, @Nullable Integer errorCode) implements Happening {}

    record FlowEnded(@Nullable String reason, @Nullable String note, Map<String, String> answers)
            implements Happening {}

    /// @param from customer, flow, or the identity of an agent
    record Message(String name, int index, String from, String text) {

        static final String CUSTOMER = "customer";
        static final String FLOW = "flow";

        boolean isFromCustomer() {
            return from.equals(CUSTOMER);
        }
    }
}
