package org.transcriptpipeline.archive.reading;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Some conversations, newest first.
///
/// @param next where the next page begins; null: this is the last one
public record ConversationPage(
        List<Listed> conversations, @Nullable ConversationCursor next) {

    public ConversationPage {
        conversations = List.copyOf(conversations);
    }

    /// One of them, with what a list shows beside it.
    ///
    /// @param lastText the beginning of its last message; null: that has none, or was removed
    /// @param lastAuthorKind of the last message; null: there is none
    /// @param highlight the part of a message that was searched for, « and » around what matched; null: no words
    ///     were asked for
    /// @param handoffStatus of its newest handoff; null: it has none
    public record Listed(
            ConversationRow conversation,
            @Nullable String lastText,
            @Nullable String lastAuthorKind,
            @Nullable String highlight,
            @Nullable String handoffStatus) {
        @Override
        public String toString() {
            return "Listed[" + conversation.conversationSid() + "]"; // somebody's words
        }
    }
}
