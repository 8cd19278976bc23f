package org.transcriptpipeline.cli.quarantine;

import java.util.regex.Pattern;
import org.transcriptpipeline.cli.WrongUseException;
import org.transcriptpipeline.event.Topics;

/// One entry: the place in Kafka that it came from, or is in. Written `transcripts.events/3/4711`.
record EntryId(String topic, int partition, long offset) {

    private static final String PREFIX = "transcripts.";
    private static final Pattern FORM = Pattern.compile("(?:transcripts\\.)?([a-z-]{1,40})/(\\d{1,9})/(\\d{1,18})");

    /// @throws WrongUseException for anything else
    static EntryId parse(String text) {
        var parts = FORM.matcher(text);
        if (!parts.matches()) {
            throw new WrongUseException(
                    "An ID is topic/partition/offset as list shows it, quarantine/0/42 for instance.");
        }
        return new EntryId(PREFIX + parts.group(1), Integer.parseInt(parts.group(2)), Long.parseLong(parts.group(3)));
    }

    /// Whether it is a request that was not verified; else it is a record that could not be stored.
    boolean isRequest() {
        return topic.equals(Topics.QUARANTINE);
    }

    @Override
    public String toString() {
        return topic + "/" + partition + "/" + offset;
    }
}
