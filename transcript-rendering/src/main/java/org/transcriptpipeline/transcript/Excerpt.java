package org.transcriptpipeline.transcript;

import java.util.ArrayList;
import java.util.List;
import org.transcriptpipeline.snapshot.TranscriptSnapshot;
import org.transcriptpipeline.snapshot.TranscriptSnapshot.Message;

/// What of a transcript is shown: all of it, or where that is too much its beginning and its end.
///
/// @param items in order
/// @param isShortened whether something is left out that is there
record Excerpt(List<Item> items, boolean isShortened) {

    private static final int HEADING = 420; // of a message in both parts, with markup, roughly
    private static final int LINE = 30; // the same of a line

    sealed interface Item {}

    record Shown(Message message) implements Item {}

    /// @param messages how many are left out here
    /// @param unknown how many of them the snapshot does not have either
    record LeftOut(long messages, long unknown) implements Item {}

    static Excerpt of(TranscriptSnapshot snapshot, Limits limits) {
        List<Item> all = new ArrayList<>();
        var messages = snapshot.messages();
        var omitted = new LeftOut(snapshot.omittedMessages(), snapshot.omittedMessages());
        for (int i = 0; i < messages.size(); i++) {
            if (i == snapshot.omittedAfter() && snapshot.omittedMessages() > 0) {
                all.add(omitted);
            }
            all.add(new Shown(messages.get(i)));
        }
        if (snapshot.omittedAfter() >= messages.size() && snapshot.omittedMessages() > 0) {
            all.add(omitted);
        }
        return bothEnds(all, limits);
    }

    /// The end of it.
    static Excerpt last(int number, TranscriptSnapshot snapshot, Limits limits) {
        var messages = snapshot.messages();
        if (messages.size() <= number) {
            return of(snapshot, limits);
        }
        int from = messages.size() - number;
        List<Item> items = new ArrayList<>();
        boolean isOmittedBefore = snapshot.omittedMessages() > 0 && snapshot.omittedAfter() <= from;
        long unknown = isOmittedBefore ? snapshot.omittedMessages() : 0;
        items.add(new LeftOut(from + unknown, unknown));
        items.addAll(of(messages.subList(from, messages.size()), limits).items());
        return new Excerpt(items, true);
    }

    static Excerpt of(List<Message> messages, Limits limits) {
        return bothEnds(messages.stream().<Item>map(Shown::new).toList(), limits);
    }

    /// Takes from the beginning and the end in turn until one limit is reached.
    private static Excerpt bothEnds(List<Item> all, Limits limits) {
        int front = 0;
        int back = all.size();
        int taken = 0;
        long bytes = 0;
        boolean hasLong = false;
        while (front < back) {
            boolean takesFront = front <= all.size() - back;
            var next = takesFront ? all.get(front) : all.get(back - 1);
            if (next instanceof Shown(var message)) {
                bytes += bytes(message, limits);
                if (taken == limits.messages() || (taken > 0 && bytes > limits.bytes())) {
                    break;
                }
                hasLong |= message.body() != null && message.body().length() > limits.message();
                taken++;
            }
            if (takesFront) {
                front++;
            } else {
                back--;
            }
        }
        if (front == back) {
            return new Excerpt(all, hasLong);
        }
        long leftOut = 0;
        long unknown = 0;
        for (var item : all.subList(front, back)) {
            switch (item) {
                case Shown(var _) -> leftOut++;
                case LeftOut(var messages, var alsoUnknown) -> {
                    leftOut += messages;
                    unknown += alsoUnknown;
                }
            }
        }
        List<Item> kept = new ArrayList<>(all.subList(0, front));
        kept.add(new LeftOut(leftOut, unknown));
        kept.addAll(all.subList(back, all.size()));
        return new Excerpt(kept, true);
    }

    private static long bytes(Message message, Limits limits) {
        var body = message.body();
        long bytes = HEADING;
        if (body != null) {
            int length = Math.min(body.length(), limits.message());
            for (int i = 0; i < length; i++) {
                char c = body.charAt(i);
                bytes += 2 * (c < 0x80 ? 1 : c < 0x800 ? 2 : 3) + (c == '\n' ? LINE : 0);
            }
        }
        return bytes;
    }
}
