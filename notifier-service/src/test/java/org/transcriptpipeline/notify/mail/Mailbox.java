package org.transcriptpipeline.notify.mail;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What a mail server has taken: of each Message-ID the attempts that its mails name.
public final class Mailbox {

    private static final Pattern MESSAGE_ID = Pattern.compile("(?m)^Message-ID: *\\s*(<[^>]+>)");
    private static final Pattern ATTEMPT = Pattern.compile("(?m)^X-Transcript-Attempt: (\\d+)");

    private final Map<String, List<Integer>> attempts = new HashMap<>();

    /// Null: the mail has none.
    public static @Nullable String messageId(String mail) {
        var id = MESSAGE_ID.matcher(mail);
        return id.find() ? id.group(1) : null;
    }

    /// @throws IllegalArgumentException where the mail has no Message-ID
    public synchronized void keep(String mail) {
        var id = messageId(mail);
        if (id == null) {
            throw new IllegalArgumentException("a mail without a Message-ID");
        }
        var attempt = ATTEMPT.matcher(mail);
        attempts.computeIfAbsent(id, _ -> new ArrayList<>())
                .add(attempt.find() ? Integer.parseInt(attempt.group(1)) : 1);
    }

    public synchronized Set<String> messageIds() {
        return new TreeSet<>(attempts.keySet());
    }

    /// Doubles included.
    public synchronized int mails() {
        return attempts.values().stream().mapToInt(List::size).sum();
    }

    /// Mails beyond the first of their Message-ID.
    public synchronized int doubles() {
        return mails() - attempts.size();
    }

    /// Doubles that do not tell by their header that they are one.
    public synchronized int doublesThatDoNotSaySo() {
        return (int) attempts.values().stream()
                .mapToLong(each -> each.stream().filter(attempt -> attempt == 1).count() - 1)
                .filter(silent -> silent > 0)
                .sum();
    }
}
