package org.transcriptpipeline.simulator;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Many conversations after one template, and what goes wrong with telling of them. The file format is explained in
/// the module's README.
///
/// @param seed makes customers, SIDs and mischief
/// @param number ours, `+12025550199`
/// @param conversations that are begun; 0 for as many as `duration` allows
/// @param perSecond conversations begun in a second, each told to its end at once; 0: all at once, in turns
/// @param duration for which conversations are begun, when their number is not said
/// @param isStreamed an event stream tells as well
public record WorldScenario(
        String name,
        long seed,
        String number,
        Channel channel,
        int conversations,
        int perSecond,
        Duration duration,
        Mischief mischief,
        boolean isStreamed,
        List<RestFault> restFaults,
        List<Act> acts) {

    /// How customers write.
    public enum Channel {
        SMS,
        WHATSAPP,
        /// Two customers and our number.
        GROUP_MMS
    }

    /// What goes wrong with REST answers.
    ///
    /// @param status 429, 500 or any other refusal; null: the answer is cut off
    /// @param path a regular expression for host and path, found anywhere in it
    /// @param times how many answers
    public record RestFault(
            @Nullable Integer status, @Nullable Duration retryAfter, String path, int times) {}

    public WorldScenario {
        restFaults = List.copyOf(restFaults);
        acts = List.copyOf(acts);
    }

    /// @throws ScenarioException when it is not a scenario; says where and why
    public static WorldScenario read(Path file) throws IOException {
        return parse(file.getFileName().toString(), Files.readString(file));
    }

    /// One of those that come with this module: `lossy-hotline.yaml`, `load.yaml`.
    public static WorldScenario bundled(String fileName) throws IOException {
        try (var stream = WorldScenario.class.getResourceAsStream("/scenarios/" + fileName)) {
            if (stream == null) {
                throw new ScenarioException("There is no bundled scenario " + fileName);
            }
            return parse(fileName, new String(stream.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    /// @param fileName for error messages
    public static WorldScenario parse(String fileName, String yaml) {
        return new WorldScenarioReader(fileName).read(yaml);
    }
}
