package org.transcriptpipeline.archive.reading;

import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;

/// The place behind one conversation in the order of [Conversations]: what comes next does not depend on how many came
/// before, so rows that arrive meanwhile shift nothing.
///
/// @param activeAt of that conversation
public record ConversationCursor(Instant activeAt, String conversationSid) {

    private static final int TIME_BYTES = 12;

    /// @param text of [#toText()]
    /// @throws IllegalArgumentException when it is not
    public static ConversationCursor of(String text) {
        try {
            var bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text));
            var time = Instant.ofEpochSecond(bytes.getLong(), bytes.getInt());
            var sid = new byte[bytes.remaining()];
            bytes.get(sid);
            return new ConversationCursor(time, new String(sid, java.nio.charset.StandardCharsets.UTF_8));
        } catch (IllegalArgumentException | DateTimeException | java.nio.BufferUnderflowException _) {
            throw new IllegalArgumentException("this is no cursor that was given out");
        }
    }

    /// For a URL.
    public String toText() {
        var sid = conversationSid.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        var bytes = ByteBuffer.allocate(TIME_BYTES + sid.length)
                .putLong(activeAt.getEpochSecond())
                .putInt(activeAt.getNano())
                .put(sid);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
    }
}
