package org.transcriptpipeline.notify.transcript;

import java.util.ArrayList;
import java.util.List;
import org.transcriptpipeline.snapshot.TranscriptSnapshot;
import org.transcriptpipeline.snapshot.TranscriptSnapshot.Message;

/// What of a transcript is shown: all of it, or where that is too much its beginning and its end.
///
/// @param items in order
record Excerpt(List<Item> items) {

    private static final int OVERHEAD = 200; // heading and markup of a message, roughly

    sealed interface Item {}

    record Shown(Message message) implements Item {}

    /// @param messages how many are left out here
    record LeftOut(long messages) implements Item {}

    /// @param mostMessages shown at most
    /// @param mostCharacters of all texts together, roughly
    static Excerpt of(TranscriptSnapshot snapshot, int mostMessages, int mostCharacters) {
        List<Item> all = new ArrayList<>();
        var messages = snapshot.messages();
        for (int i = 0; i < messages.size(); i++) {
            if (i == snapshot.omittedAfter() && snapshot.omittedMessages() > 0) {
                all.add(new LeftOut(snapshot.omittedMessages()));
            }
            all.add(new Shown(messages.get(i)));
        }
        if (snapshot.omittedAfter() >= messages.size() && snapshot.omittedMessages() > 0) {
            all.add(new LeftOut(snapshot.omittedMessages()));
        }
        return new Excerpt(bothEnds(all, mostMessages, mostCharacters));
    }

    /// Takes from the beginning and the end in turn until one limit is reached.
    private static List<Item> bothEnds(List<Item> all, int mostMessages, int mostCharacters) {
        int front = 0;
        int back = all.size();
        int taken = 0;
        long characters = 0;
        while (front < back) {
            boolean takesFront = front <= all.size() - back;
            var next = takesFront ? all.get(front) : all.get(back - 1);
            if (next instanceof Shown(var message)) {
                characters +=
                        OVERHEAD + (message.body() == null ? 0 : message.body().length());
                if (taken == mostMessages || (taken > 0 && characters > mostCharacters)) {
                    break;
                }
                taken++;
            }
            if (takesFront) {
                front++;
            } else {
                back--;
            }
        }
        if (front == back) {
            return all;
        }
        long leftOut = all.subList(front, back).stream()
                .mapToLong(item -> switch (item) {
                    case Shown(var _) -> 1;
                    case LeftOut(var number) -> number;
                })
                .sum();
        List<Item> kept = new ArrayList<>(all.subList(0, front));
        kept.add(new LeftOut(leftOut));
        kept.addAll(all.subList(back, all.size()));
        return kept;
    }
}
