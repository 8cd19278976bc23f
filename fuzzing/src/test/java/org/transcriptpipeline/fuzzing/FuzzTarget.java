package org.transcriptpipeline.fuzzing;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.transcriptpipeline.archive.merge.StorableJsonFuzzer;
import org.transcriptpipeline.event.EventCodecFuzzer;
import org.transcriptpipeline.ingest.signature.SignatureFuzzer;
import org.transcriptpipeline.ingest.webhook.CloudEventBatchFuzzer;
import org.transcriptpipeline.ingest.webhook.DecoderFuzzer;
import org.transcriptpipeline.rules.RulesFileFuzzer;
import org.transcriptpipeline.signature.FormFuzzer;
import org.transcriptpipeline.snapshot.SnapshotFuzzer;
import org.transcriptpipeline.transcript.MailFuzzer;

/// All fuzz targets. Each is a class with `fuzzerTestOneInput(byte[])`, in the package of what it is about.
enum FuzzTarget {
    FORM(FormFuzzer.class),
    SIGNATURE(SignatureFuzzer.class),
    DECODER(DecoderFuzzer.class),
    CLOUD_EVENT_BATCH(CloudEventBatchFuzzer.class),
    EVENT_CODEC(EventCodecFuzzer.class),
    STORABLE_JSON(StorableJsonFuzzer.class),
    SNAPSHOT(SnapshotFuzzer.class),
    RULES(RulesFileFuzzer.class),
    MAIL(MailFuzzer.class);

    private final Class<?> fuzzer;

    FuzzTarget(Class<?> fuzzer) {
        this.fuzzer = fuzzer;
    }

    static FuzzTarget of(String label) {
        return Arrays.stream(values())
                .filter(target -> target.label().equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no fuzz target is called " + label));
    }

    /// Its name on the command line, and that of its directory in the corpus.
    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    String className() {
        return fuzzer.getName();
    }

    /// Detectors of Jazzer that would report what this target does itself.
    List<String> unfitDetectors() {
        return this == STORABLE_JSON // asks a Postgres
                ? List.of("com.code_intelligence.jazzer.sanitizers.ServerSideRequestForgery")
                : List.of();
    }

    MethodHandle method() throws ReflectiveOperationException {
        return MethodHandles.publicLookup()
                .findStatic(fuzzer, "fuzzerTestOneInput", MethodType.methodType(void.class, byte[].class));
    }
}
