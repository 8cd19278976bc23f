package org.transcriptpipeline.archive.console;

import jakarta.servlet.http.HttpSession;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What somebody searches for, kept in their session under a key of no meaning: a customer's number, or words, must not
/// stand in a URL, which proxies log and browsers remember.
final class Searches implements Serializable {

    private static final long serialVersionUID = 1;
    private static final String ATTRIBUTE = "searches";
    private static final int MOST = 20;

    private final LinkedHashMap<String, Search> searches = new LinkedHashMap<>();

    /// @param customer an address; null: anybody's
    /// @param text words; null: any
    record Search(@Nullable String customer, @Nullable String text) implements Serializable {

        static final Search NONE = new Search(null, null);
        private static final long serialVersionUID = 1;

        @Override
        public String toString() {
            return "Search"; // somebody's
        }
    }

    /// @return the key, for the URL; the oldest of many is forgotten
    static String keep(HttpSession session, Search search) {
        var all = of(session);
        var key = UUID.randomUUID().toString();
        all.searches.put(key, search);
        if (all.searches.size() > MOST) {
            all.searches.pollFirstEntry();
        }
        session.setAttribute(ATTRIBUTE, all);
        return key;
    }

    /// @return what was searched for; null: it is forgotten, or was somebody else's
    static @Nullable Search find(HttpSession session, String key) {
        return of(session).searches.get(key);
    }

    private static Searches of(HttpSession session) {
        return session.getAttribute(ATTRIBUTE) instanceof Searches searches ? searches : new Searches();
    }
}
