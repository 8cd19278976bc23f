package org.transcriptpipeline.archive.transcript;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;
import org.transcriptpipeline.archive.access.ConversationAccess;
import org.transcriptpipeline.archive.access.Reader;
import org.transcriptpipeline.snapshot.TranscriptSnapshot;

/// The transcript of a conversation as it stands, for somebody who asks: no handoff is made, and nobody is told.
@Component
public class Transcripts {

    /// An answer; what takes longer is for an export.
    private static final Duration LIMIT = Duration.ofSeconds(15);

    private final ConversationAccess access;
    private final TranscriptReader reader;
    private final TransactionTemplate transactions;
    private final TranscriptProperties properties;

    Transcripts(
            ConversationAccess access,
            TranscriptReader reader,
            PlatformTransactionManager manager,
            TranscriptProperties properties) {
        this.access = access;
        this.reader = reader;
        this.transactions = new TransactionTemplate(manager);
        this.transactions.setReadOnly(true);
        this.transactions.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ); // counts fit the messages
        this.transactions.setTimeout(Math.toIntExact(LIMIT.toSeconds()));
        this.properties = properties;
    }

    /// Written down as `read_transcript`. The same words give the same document: its time is that of what happened
    /// last, not of the asking.
    ///
    /// @return empty: there is no such conversation, or none that this reader may see
    public Optional<TranscriptSnapshot> of(Reader asking, String conversationSid) {
        if (!access.isOpen(asking, conversationSid, "read_transcript")) {
            return Optional.empty();
        }
        return Optional.ofNullable(transactions.execute(_ -> reader.read(conversationSid, properties.textBudget())))
                .map(contents -> snapshot(conversationSid, contents));
    }

    private static TranscriptSnapshot snapshot(String conversationSid, TranscriptContents contents) {
        return new TranscriptSnapshot(
                TranscriptSnapshot.FORMAT,
                conversationSid, // readers of the document expect an id, and there is no handoff
                0,
                contents.accountSid(),
                conversationSid,
                null,
                null,
                "on_demand",
                null,
                null,
                Map.of(),
                contents.lastActiveAt(),
                contents.lastActiveAt(),
                contents.conversation(),
                contents.verdict(),
                contents.messageCount(),
                contents.failedCount(),
                contents.missingCount(),
                contents.participants(),
                contents.messages(),
                contents.omittedMessages(),
                contents.omittedAfter(),
                TranscriptSnapshot.CONVERSATION,
                null);
    }
}
