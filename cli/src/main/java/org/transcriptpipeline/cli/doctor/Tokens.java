package org.transcriptpipeline.cli.doctor;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The auth tokens that may have signed a request.
///
/// @param primary as it is set, blanks and quotes included
/// @param others more tokens to try
record Tokens(String primary, @Nullable String secondary, List<String> others) {

    Tokens {
        others = List.copyOf(others);
    }

    /// One of them, and what it would mean if it signed.
    record Candidate(String token, @Nullable Deviation deviation) {
        @Override
        public String toString() {
            return "Candidate[]";
        }
    }

    List<Candidate> candidates() {
        var candidates = new ArrayList<Candidate>();
        candidates.add(new Candidate(primary.strip(), null)); // blanks around it are taken off by the service too
        if (secondary != null) {
            candidates.add(new Candidate(secondary, Deviation.of(Cause.SECONDARY_TOKEN)));
        }
        var clean = primary.replaceAll("[\\s\"'\u201c\u201d]", "");
        if (!clean.equals(primary.strip())) {
            candidates.add(new Candidate(clean, Deviation.of(Cause.UNCLEAN_TOKEN)));
        }
        for (int i = 0; i < others.size(); i++) {
            candidates.add(new Candidate(
                    others.get(i), new Deviation(Cause.OTHER_TOKEN, "number " + (i + 1) + " in the file")));
        }
        return candidates;
    }

    @Override
    public String toString() {
        return "Tokens[]";
    }
}
