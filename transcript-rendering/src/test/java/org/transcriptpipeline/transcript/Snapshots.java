package org.transcriptpipeline.transcript;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.event.TranscriptReady;
import org.transcriptpipeline.snapshot.TranscriptSnapshot;
import org.transcriptpipeline.snapshot.TranscriptSnapshot.Conversation;
import org.transcriptpipeline.snapshot.TranscriptSnapshot.Media;
import org.transcriptpipeline.snapshot.TranscriptSnapshot.Message;
import org.transcriptpipeline.snapshot.TranscriptSnapshot.Participant;
import org.transcriptpipeline.snapshot.TranscriptSnapshot.Verdict;

/// Builds snapshots: a puppy hotline's conversation, with what a test says different.
public final class Snapshots {

    public static final String CUSTOMER = "+15005550006";
    public static final Instant NOON = Instant.parse("2026-10-01T12:00:00Z");

    private String handoffId = "1f2e3d4c5b6a79881f2e3d4c5b6a7988";
    private @Nullable String reason = "wants a person";
    private @Nullable String note;
    private List<String> customers = List.of(CUSTOMER);
    private Map<String, Object> answers = Map.of();
    private Verdict verdict = new Verdict("unverified", "not yet compared with the list that Twilio keeps");
    private final List<Message> messages = new ArrayList<>();
    private final List<Participant> participants = new ArrayList<>();
    private String kind = TranscriptReady.TRANSCRIPT;
    private int version = 1;
    private String channel = "sms";
    private int omittedMessages;
    private int omittedAfter;

    public static Snapshots aSnapshot() {
        return new Snapshots();
    }

    public static TranscriptSnapshot aHotlineSnapshot(String handoffId) {
        return aSnapshot()
                .of(handoffId)
                .with(aMessage().by("customer", CUSTOMER).saying("Hi, is Bella still there?"))
                .with(aMessage()
                        .by("flow", "hotline")
                        .saying("Yes! Shall somebody call you?")
                        .delivered("delivered"))
                .with(aMessage()
                        .by("flow", "hotline")
                        .saying("What is your name?")
                        .failed())
                .with(aMessage().by("customer", CUSTOMER).saying("Anna"))
                .build();
    }

    public Snapshots of(String id) {
        handoffId = id;
        return this;
    }

    public Snapshots because(@Nullable String why) {
        reason = why;
        return this;
    }

    public Snapshots noting(String line) {
        note = line;
        return this;
    }

    public Snapshots from(List<String> addresses) {
        customers = addresses;
        return this;
    }

    public Snapshots collecting(Map<String, Object> collected) {
        answers = collected;
        return this;
    }

    public Snapshots judged(String word, @Nullable String why) {
        verdict = new Verdict(word, why);
        return this;
    }

    public Snapshots on(String kindOfChannel) {
        channel = kindOfChannel;
        return this;
    }

    public Snapshots knowing(@Nullable String identity, @Nullable String address, String name) {
        participants.add(new Participant("MB" + participants.size(), identity, address, channel, null, name));
        return this;
    }

    /// A version of its own, after the one before.
    public Snapshots asA(String kindOfVersion, int number) {
        kind = kindOfVersion;
        version = number;
        return this;
    }

    public Snapshots with(MessageBuilder message) {
        messages.add(message.build(messages.size() + 1 + (messages.size() >= omittedAfter ? omittedMessages : 0)));
        return this;
    }

    public Snapshots omitting(int number, int after) {
        omittedMessages = number;
        omittedAfter = after;
        return this;
    }

    public TranscriptSnapshot build() {
        int failed = (int) messages.stream()
                .filter(m -> "undelivered".equals(m.deliveryStatus()) || "failed".equals(m.deliveryStatus()))
                .count();
        return new TranscriptSnapshot(
                TranscriptSnapshot.FORMAT,
                handoffId,
                version,
                "AC" + "0123456789abcdef0123456789abcdef",
                "CH" + "0123456789abcdef0123456789abcdef",
                "FN" + "0123456789abcdef0123456789abcdef",
                "FW" + "0123456789abcdef0123456789abcdef",
                "flow_ended",
                reason,
                note,
                answers,
                NOON.plusSeconds(300),
                NOON.plusSeconds(306),
                new Conversation(null, null, "active", channel, customers, "+15005550001", NOON, null, null),
                verdict,
                messages.size() + omittedMessages,
                failed,
                0,
                participants,
                messages,
                omittedMessages,
                omittedAfter,
                kind,
                version == 1 ? null : version - 1);
    }

    public static MessageBuilder aMessage() {
        return new MessageBuilder();
    }

    /// One message.
    public static final class MessageBuilder {
        private String kind = "customer";
        private @Nullable String author = CUSTOMER;
        private @Nullable String body = "Hello";
        private @Nullable String status;
        private @Nullable Integer errorCode;
        private @Nullable String error;
        private @Nullable String advice;
        private @Nullable Instant editedAt;
        private @Nullable Instant removedAt;
        private boolean contradictory;
        private boolean stub;
        private List<Media> media = List.of();

        public MessageBuilder by(String authorKind, @Nullable String name) {
            kind = authorKind;
            author = name;
            return this;
        }

        public MessageBuilder saying(@Nullable String text) {
            body = text;
            return this;
        }

        public MessageBuilder delivered(String deliveryStatus) {
            status = deliveryStatus;
            return this;
        }

        public MessageBuilder failed() {
            status = "undelivered";
            errorCode = 30003;
            error = "The phone was switched off or out of reach.";
            advice = "Try again later or call.";
            return this;
        }

        public MessageBuilder failed(int code) {
            status = "failed";
            errorCode = code;
            return this;
        }

        public MessageBuilder contradictory() {
            contradictory = true;
            return this;
        }

        public MessageBuilder removed() {
            removedAt = NOON.plusSeconds(200);
            body = null;
            return this;
        }

        public MessageBuilder edited() {
            editedAt = NOON.plusSeconds(100);
            return this;
        }

        public MessageBuilder onlyAReceipt() {
            stub = true;
            body = null;
            return this;
        }

        public MessageBuilder showing(Media... attachments) {
            media = List.of(attachments);
            return this;
        }

        private Message build(long position) {
            return new Message(
                    position,
                    "IM" + position,
                    stub ? null : position - 1,
                    author,
                    kind,
                    kind.equals("customer") ? "inbound" : "outbound",
                    body,
                    stub ? null : NOON.plusSeconds(position),
                    editedAt,
                    removedAt,
                    media,
                    status,
                    errorCode,
                    error,
                    advice,
                    contradictory,
                    stub);
        }
    }
}
