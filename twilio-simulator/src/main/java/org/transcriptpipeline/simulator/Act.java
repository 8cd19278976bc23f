package org.transcriptpipeline.simulator;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.simulator.world.DeliveryStatus;

/// Something that is made to happen in each conversation of a [WorldScenario]. Messages go by the names that the file
/// gives them.
sealed interface Act {

    /// Who says something, and by which way.
    enum Speaker {
        /// By SMS, MMS or WhatsApp.
        CUSTOMER,
        /// By REST without the header, under our own number: no webhook tells of it.
        FLOW,
        /// By REST with the header, as `bot`.
        BOT,
        /// By a chat client, as `agent-7`.
        AGENT
    }

    /// @param pictures attachments, made up
    record Say(Speaker speaker, @Nullable String name, String text, int pictures) implements Act {

        /// Without what is said.
        @Override
        public String toString() {
            return "Say[" + speaker + "]";
        }
    }

    record Edit(String message, String text, boolean isAnnounced) implements Act {

        @Override
        public String toString() {
            return "Edit[]";
        }
    }

    record Remove(String message, boolean isAnnounced) implements Act {}

    /// A receipt takes this state.
    record Deliver(
            String message, DeliveryStatus status, @Nullable Integer errorCode) implements Act {}

    /// A status callback.
    record Report(String message, String status, @Nullable Integer errorCode) implements Act {}

    /// The flow calls and ends.
    record EndFlow(Map<String, String> answers) implements Act {

        @Override
        public String toString() {
            return "EndFlow[]";
        }
    }

    /// By its timer.
    record Close() implements Act {}

    /// By REST.
    record RemoveConversation(boolean isAnnounced) implements Act {}

    /// Once for all conversations.
    record Pause(Duration length) implements Act {}
}
