package org.transcriptpipeline.archive.console;

import java.security.Principal;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.archive.access.Reader;

/// Who has signed in.
///
/// @param team what they may see; null: everything
record ConsoleUser(String name, @Nullable String team) implements Principal {

    @Override
    public String getName() {
        return name;
    }

    Reader by(Reader.Via via) {
        return new Reader(name, team, via);
    }

    @Override
    public String toString() {
        return "ConsoleUser"; // somebody's name
    }
}
