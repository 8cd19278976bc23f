package org.transcriptpipeline.archive.live;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// What was committed here since it was told last. Bounded: beyond some hundred conversations it is any of them.
@Component
public class ConversationChanges {

    private final Set<String> noted = new HashSet<>();
    private boolean isAny;

    /// After the commit: who is told asks at once.
    public synchronized void note(Collection<String> conversationSids) {
        if (isAny) {
            return;
        }
        noted.addAll(conversationSids);
        if (noted.size() > Changes.MOST) {
            noteAny();
        }
    }

    synchronized void noteAny() {
        isAny = true;
        noted.clear();
    }

    /// Takes what was noted.
    ///
    /// @return null: nothing was
    synchronized @Nullable Changes take() {
        if (!isAny && noted.isEmpty()) {
            return null;
        }
        var changes = isAny ? Changes.ANY : Changes.of(noted);
        isAny = false;
        noted.clear();
        return changes;
    }
}
