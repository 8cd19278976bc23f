package org.transcriptpipeline.archive.console;

import java.io.Serializable;
import java.security.Principal;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.archive.access.Reader;

/// Who has signed in. Kept in the session.
///
/// @param team what they may see; null: everything
/// @param role what they may do
/// @param isForeign somebody else vouches for them, see [OidcSignIn]; a user of our settings may have the same name
record ConsoleUser(String name, @Nullable String team, Role role, boolean isForeign)
        implements Principal, Serializable {

    private static final long serialVersionUID = 1;

    @Override
    public String getName() {
        return name;
    }

    boolean isOperator() {
        return role.compareTo(Role.OPERATOR) >= 0;
    }

    boolean isAdmin() {
        return role == Role.ADMIN;
    }

    Reader by(Reader.Via via) {
        return new Reader(name, team, via);
    }

    @Override
    public String toString() {
        return "ConsoleUser"; // somebody's name
    }
}
