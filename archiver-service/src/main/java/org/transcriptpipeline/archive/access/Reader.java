package org.transcriptpipeline.archive.access;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Whoever asks for something of a conversation.
///
/// @param name the user name that signed in, or `link:` and the fingerprint of the destination that a mail's link was
///     made for
/// @param team what may be seen, by `store.team_scopes`; null: everything
/// @param via where they ask
public record Reader(String name, @Nullable String team, Via via) {

    /// Where somebody reads, as the view `reads` spells it. Exports and commands write their rows themselves, by
    /// `transcripts.record_read`.
    public enum Via {
        CONSOLE,
        API;

        String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public Reader {
        if (name.isBlank() || (team != null && team.isBlank())) {
            // an empty team would be none, and none sees everything
            throw new IllegalArgumentException("a reader has a name, and a team's name is not empty");
        }
    }

    @Override
    public String toString() {
        return "Reader[" + via + "]"; // somebody's name
    }
}
