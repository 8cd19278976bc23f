package org.transcriptpipeline.simulator;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A conversation and how Twilio tells of it. The file format is explained in the module's README; SIDs come from
/// name and seed alone.
public final class Scenario {

    private final String name;
    private final long seed;
    private final String customer;
    private final String number;
    private final List<Step> steps;

    Scenario(String name, long seed, String customer, String number, List<Step> steps) {
        this.name = name;
        this.seed = seed;
        this.customer = customer;
        this.number = number;
        this.steps = List.copyOf(steps);
    }

    /// @throws ScenarioException when it is not a scenario; says where and why
    public static Scenario read(Path file) throws IOException {
        return parse(file.getFileName().toString(), Files.readString(file));
    }

    /// One of the scenarios that come with this module, `puppy-hotline.yaml`.
    public static Scenario bundled(String fileName) throws IOException {
        try (var stream = Scenario.class.getResourceAsStream("/scenarios/" + fileName)) {
            if (stream == null) {
                throw new ScenarioException("There is no bundled scenario " + fileName);
            }
            return parse(fileName, new String(stream.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    /// @param fileName for error messages
    public static Scenario parse(String fileName, String yaml) {
        return new ScenarioReader(fileName).read(yaml);
    }

    public String name() {
        return name;
    }

    public String conversationSid() {
        return sid("CH", "conversation");
    }

    String customer() {
        return customer;
    }

    String number() {
        return number;
    }

    List<Step> steps() {
        return steps;
    }

    long seed() {
        return seed;
    }

    String sid(String prefix, Object... words) {
        var all = new Object[words.length + 2];
        all[0] = name;
        all[1] = seed;
        System.arraycopy(words, 0, all, 2, words.length);
        return Sids.of(prefix, all);
    }
}
