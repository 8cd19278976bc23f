package org.transcriptpipeline.transcript;

import java.util.List;

/// A transcript in plain words, ready to be written as text, HTML or PDF. Every string is harmless already, see
/// [HarmlessText]; all that is left to a writer is layout, and escaping in HTML.
///
/// Public, with public parts, because the template engine reads it: what is here is what a team's own template has.
///
/// @param language of the words that are ours, `en`, as HTML names it
/// @param subject one line
/// @param alerts what comes before everything else: what kind of message this is, that the customer opted out
/// @param facts what the operator has to know first
/// @param links where to answer, where to take the customer over
/// @param answers what the flow collected
/// @param tellsFailures whether there is something to say about delivery
/// @param failures what did not reach the customer, in order
/// @param deliveryNotes what else there is to say about delivery
/// @param changes of a follow-up: what became of messages that were told before
/// @param completeness how far the transcript can be trusted; empty: as told before
/// @param entriesHeading above the messages
/// @param timesNote in which time zone times are told
/// @param noEntries what is said instead of messages where there are none; empty: nothing
/// @param entries the messages in order; read once for each form, one by one
public record HandoffDocument(
        String language,
        String subject,
        String title,
        List<String> alerts,
        List<Field> facts,
        List<Field> links,
        List<Field> answers,
        boolean tellsFailures,
        List<Failure> failures,
        List<String> deliveryNotes,
        List<Change> changes,
        List<String> completeness,
        String entriesHeading,
        String timesNote,
        String noEntries,
        Iterable<Entry> entries) {

    /// Names nothing; everything in it is somebody's words.
    @Override
    public String toString() {
        return "HandoffDocument[" + language + "]";
    }

    /// @param lines at least one
    public record Field(String label, List<Line> lines) {

        public Line first() {
            return lines.getFirst();
        }

        public List<Line> rest() {
            return lines.subList(1, lines.size());
        }

        @Override
        public String toString() {
            return "Field[" + label.length() + "]";
        }
    }

    /// @param href where it leads: `tel:` and a number, or one of our own pages; empty: nowhere
    public record Line(String text, String href) {

        public boolean isLink() {
            return !href.isEmpty();
        }

        @Override
        public String toString() {
            return "Line";
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

    /// @param message which one
    /// @param what what became of it
    /// @param lines what it says now; empty where that is not the point
    public record Change(String message, String what, List<String> lines) {
        @Override
        public String toString() {
            return "Change";
        }
    }

    /// One message, or a gap where messages were left out.
    ///
    /// @param position `12`; empty for a gap
    /// @param time with its zone; of a gap empty
    /// @param speaker who; of a gap how many were left out
    /// @param lines the text; empty where there is none
    /// @param notes what stands in for the text, media, edits, delivery
    /// @param failure that it did not arrive; empty where it did
    /// @param kind `customer`, `agent`, `flow`, `system` or `gap`
    public record Entry(
            String position,
            String time,
            String speaker,
            List<String> lines,
            List<String> notes,
            String failure,
            String kind) {

        public boolean isGap() {
            return kind.equals("gap");
        }

        public boolean hasFailed() {
            return !failure.isEmpty();
        }

        /// In one line.
        public String heading() {
            return isGap() ? speaker : position + ". " + time + " – " + speaker;
        }

        @Override
        public String toString() {
            return "Entry[" + kind + "]";
        }
    }
}
