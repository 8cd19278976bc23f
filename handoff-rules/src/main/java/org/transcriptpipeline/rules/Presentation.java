package org.transcriptpipeline.rules;

import java.time.ZoneId;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// How a transcript is told to somebody.
///
/// @param language of all words that are ours
/// @param zone in which times are told, and named beside them
/// @param attached the whole transcript in these forms
/// @param flowNames names for flows, by SID; Twilio's requests do not name them
public record Presentation(Locale language, ZoneId zone, Set<Form> attached, Map<String, String> flowNames) {

    public static final Presentation USUAL = new Presentation(Locale.ENGLISH, ZoneId.of("UTC"), Set.of(), Map.of());

    public Presentation {
        attached = Set.copyOf(attached);
        flowNames = Map.copyOf(flowNames);
    }

    /// The forms of a whole transcript.
    public enum Form {
        TEXT,
        JSON,
        CSV,
        HTML,
        PDF
    }
}
