package org.transcriptpipeline.archive.live;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/// Which conversations have changed, as it goes from archiver to archiver: their SIDs, with a blank between each, or
/// one star for "any".
///
/// @param conversationSids those; nothing for any
record Changes(List<String> conversationSids, boolean isAny) {

    static final Changes ANY = new Changes(List.of(), true);

    /// What Postgres carries: 8000 bytes, of which a SID with its blank takes 35.
    static final int MOST = 200;

    private static final String STAR = "*";

    Changes {
        conversationSids = List.copyOf(conversationSids);
    }

    /// @param sids of conversations; more than [#MOST] are any
    static Changes of(Collection<String> sids) {
        return sids.size() > MOST ? ANY : new Changes(List.copyOf(sids), false);
    }

    /// Anybody who may connect to the database may notify: what is not of ours is a change of any.
    static Changes parse(String payload) {
        var sids = Arrays.asList(payload.split(" "));
        return sids.size() > MOST || sids.stream().anyMatch(sid -> !isSid(sid)) ? ANY : new Changes(sids, false);
    }

    String payload() {
        return isAny ? STAR : String.join(" ", conversationSids);
    }

    boolean isOf(String conversationSid) {
        return isAny || conversationSids.contains(conversationSid);
    }

    private static boolean isSid(String text) {
        return text.length() == 34
                && text.startsWith("CH")
                && text.chars().skip(2).allMatch(c -> Character.digit(c, 16) >= 0);
    }
}
