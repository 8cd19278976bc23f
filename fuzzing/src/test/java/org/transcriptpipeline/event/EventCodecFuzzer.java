package org.transcriptpipeline.event;

import java.util.Arrays;
import org.transcriptpipeline.event.EventCodec.Readable;
import org.transcriptpipeline.fuzzing.Finding;

/// Reading a record never throws, and what was read is written and read again as the same.
public final class EventCodecFuzzer {

    private static final EventCodec CODEC = new EventCodec();

    private EventCodecFuzzer() {}

    public static void fuzzerTestOneInput(byte[] value) {
        if (CODEC.decode(value) instanceof Readable<TranscriptEvent>(var event)) {
            EventCodec.headers(event);
            var record = CODEC.encode(event);
            Finding.unless(
                    CODEC.decode(record) instanceof Readable<TranscriptEvent>(var again)
                            && Arrays.equals(CODEC.encode(again), record),
                    "an event comes back as it was written");
        }
        if (CODEC.decodeReady(value) instanceof Readable<TranscriptReady>(var ready)) {
            EventCodec.headers(ready);
            var record = CODEC.encode(ready);
            Finding.unless(
                    CODEC.decodeReady(record) instanceof Readable<TranscriptReady>(var again)
                            && Arrays.equals(CODEC.encode(again), record),
                    "what is ready comes back as it was written");
        }
    }
}
