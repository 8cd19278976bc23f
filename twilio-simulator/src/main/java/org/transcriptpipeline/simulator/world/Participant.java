package org.transcriptpipeline.simulator.world;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Somebody in a conversation: by address a customer, by identity somebody with a chat client.
///
/// @param sid MB…
/// @param identity of a chat user; then there is no binding
/// @param attributes JSON as text
public record Participant(
        String sid,
        String conversationSid,
        @Nullable String identity,
        @Nullable Binding binding,
        String attributes,
        String roleSid,
        @Nullable Integer lastReadMessageIndex,
        Instant dateCreated,
        Instant dateUpdated) {

    public @Nullable String address() {
        return binding == null ? null : binding.address();
    }

    boolean isAuthor(String author) {
        return author.equals(identity) || author.equals(address());
    }

    Participant with(ParticipantFields change, Instant now) {
        return new Participant(
                sid,
                conversationSid,
                change.identity() == null ? identity : change.identity(),
                change.binding() == null ? binding : change.binding(),
                change.attributes() == null ? attributes : change.attributes(),
                change.roleSid() == null ? roleSid : change.roleSid(),
                change.lastReadMessageIndex() == null ? lastReadMessageIndex : change.lastReadMessageIndex(),
                dateCreated,
                now);
    }

    /// Neither identity nor address.
    @Override
    public String toString() {
        return "Participant[" + sid + "]";
    }
}
