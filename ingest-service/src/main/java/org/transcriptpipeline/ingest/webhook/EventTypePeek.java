package org.transcriptpipeline.ingest.webhook;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.signature.FormParameters;

/// Finds `EventType` in a body as its bytes pass, whatever else is wrong with it: a pre-action event is answered 200
/// even where the rest is too long, too slow or forged, since any other answer rejects a customer's message.
final class EventTypePeek {

    private static final Set<String> PRE_ACTIONS = Set.of(
            "onConversationAdd",
            "onConversationUpdate",
            "onConversationRemove",
            "onMessageAdd",
            "onMessageUpdate",
            "onMessageRemove",
            "onParticipantAdd",
            "onParticipantUpdate",
            "onParticipantRemove",
            "onUserUpdate");

    /// Name and value with every character escaped, and some.
    private static final int LONGEST_PAIR = 128;

    private static final byte[] EVENT_TYPE = "EventType".getBytes(ISO_8859_1);

    private final byte[] pair = new byte[LONGEST_PAIR];
    private int length;
    private @Nullable String found;

    void look(byte[] bytes, int from, int to) {
        if (found != null) {
            return;
        }
        for (int i = from; i < to; i++) {
            if (bytes[i] == '&') {
                endPair();
            } else {
                if (length < LONGEST_PAIR) {
                    pair[length] = bytes[i];
                }
                length = Math.min(length + 1, LONGEST_PAIR + 1); // one more than fits: too long to be it
            }
        }
    }

    /// The body ends here, complete or not.
    boolean isPreAction() {
        endPair();
        return found != null && PRE_ACTIONS.contains(found);
    }

    static boolean isPreAction(String form) {
        var peek = new EventTypePeek();
        var bytes = form.getBytes(ISO_8859_1);
        peek.look(bytes, 0, bytes.length);
        return peek.isPreAction();
    }

    private void endPair() {
        if (found == null && length <= LONGEST_PAIR) {
            var values = FormParameters.parse(Arrays.copyOf(pair, length), 1).valuesOf(EVENT_TYPE);
            found = values.isEmpty() ? null : new String(values.getFirst(), ISO_8859_1);
        }
        length = 0;
    }
}
