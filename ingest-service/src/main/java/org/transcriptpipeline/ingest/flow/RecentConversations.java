package org.transcriptpipeline.ingest.flow;

import java.util.LinkedHashSet;

/// The conversations that were dealt with last. Twilio may send a webhook again with other bytes, which is another
/// event, and a list of webhooks need not show at once what was just made. Not thread-safe.
final class RecentConversations {

    private final int most;
    private final LinkedHashSet<String> conversationSids = new LinkedHashSet<>();

    RecentConversations(int most) {
        this.most = most;
    }

    boolean contains(String conversationSid) {
        return conversationSids.contains(conversationSid);
    }

    void add(String conversationSid) {
        conversationSids.addLast(conversationSid);
        if (conversationSids.size() > most) {
            conversationSids.removeFirst();
        }
    }
}
