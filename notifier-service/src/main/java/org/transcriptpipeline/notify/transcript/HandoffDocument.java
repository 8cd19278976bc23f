package org.transcriptpipeline.notify.transcript;

import java.util.List;

/// A transcript in plain words, ready to be written as text or as HTML. Every string is harmless already, see
/// [HarmlessText]; all that is left to a writer is layout, and escaping in HTML.
///
/// Public, with public parts, because the template engine reads it.
///
/// @param facts what the operator has to know first
/// @param answers what the flow collected
/// @param failures what did not reach the customer, in order
/// @param deliveryNotes what else there is to say about delivery
/// @param completeness how far the transcript can be trusted
/// @param timesNote in which time zone times are told
/// @param entries the messages in order
public record HandoffDocument(
        String subject,
        String title,
        List<Field> facts,
        List<Field> answers,
        List<Failure> failures,
        List<String> deliveryNotes,
        List<String> completeness,
        String timesNote,
        List<Entry> entries) {

    public boolean hasAnswers() {
        return !answers.isEmpty();
    }

    /// Names nothing; everything in it is somebody's words.
    @Override
    public String toString() {
        return "HandoffDocument[" + entries.size() + " entries]";
    }

    public record Field(String label, List<String> lines) {
        @Override
        public String toString() {
            return "Field[" + label.length() + "]";
        }
    }

    /// @param message which one
    /// @param excerpt its beginning
    /// @param what what happened
    /// @param advice what to do
    public record Failure(String message, String excerpt, String what, String advice) {
        @Override
        public String toString() {
            return "Failure";
        }
    }

    /// One message, or a gap where messages were left out.
    ///
    /// @param heading position, time and speaker; of a gap how many were left out
    /// @param lines the text; empty where there is none
    /// @param notes what stands in for the text, media, edits, delivery
    /// @param failure that it did not arrive; empty where it did
    /// @param kind `customer`, `agent`, `flow`, `system` or `gap`
    public record Entry(String heading, List<String> lines, List<String> notes, String failure, String kind) {

        public boolean isGap() {
            return kind.equals("gap");
        }

        public boolean hasFailed() {
            return !failure.isEmpty();
        }

        @Override
        public String toString() {
            return "Entry[" + kind + "]";
        }
    }
}
