package org.transcriptpipeline.simulator.openapi;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Says what is wrong with a request to Twilio or with an answer, by Twilio's own descriptions. Errors name the place
/// and the rule, never a value. A folder of descriptions is read once and may be used by any number of threads.
public final class OpenApiDescriptions {

    /// Environment variable or system property with the folder of the descriptions.
    public static final String SETTING = "TWILIO_OAI";

    private static final Path BESIDE_THE_REPOSITORY = Path.of("..", "..", "shared", "twilio-oai");

    private final List<Description> descriptions;

    private OpenApiDescriptions(List<Description> descriptions) {
        this.descriptions = List.copyOf(descriptions);
    }

    /// Those of the folder that [#SETTING] names, else of `shared/twilio-oai` beside the repository as seen from a
    /// module.
    ///
    /// @return empty when there are none
    public static Optional<OpenApiDescriptions> found() {
        var property = System.getProperty(SETTING);
        var configured = property == null ? System.getenv(SETTING) : property;
        var folder = configured == null ? BESIDE_THE_REPOSITORY : Path.of(configured);
        return Files.isDirectory(folder) ? Optional.of(in(folder)) : Optional.empty();
    }

    /// @param folder with `twilio_conversations_v1.json` and its like
    public static OpenApiDescriptions in(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            var descriptions = new ArrayList<Description>();
            for (var file : files.filter(f -> f.toString().endsWith(".json")).toList()) {
                descriptions.add(Description.read(Files.readString(file)));
            }
            return new OpenApiDescriptions(descriptions);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Whether anything is described for this host.
    public boolean describes(String host) {
        return descriptions.stream().anyMatch(d -> d.hosts().contains(host));
    }

    /// @param host `conversations.twilio.com`
    /// @param path without host and query
    /// @param query decoded, each name with its values
    /// @param form likewise, of the body
    /// @return empty when the request is right
    public List<String> requestErrors(
            String method, String host, String path, Map<String, List<String>> query, Map<String, List<String>> form) {
        var operation = operation(method, host, path);
        return operation == null ? undescribed(method, host, path) : operation.requestErrors(query, form);
    }

    /// @param json the answer's body; empty where there is none
    /// @return empty when the answer is right
    public List<String> responseErrors(String method, String host, String path, int status, String json) {
        var operation = operation(method, host, path);
        return operation == null ? undescribed(method, host, path) : operation.responseErrors(status, json);
    }

    /// No field is required by the descriptions; Twilio sends them all the same, with null where nothing is known.
    ///
    /// @return fields that are described and not in the answer, `/conversations/*/sid`
    public List<String> missingFields(String method, String host, String path, int status, String json) {
        var operation = operation(method, host, path);
        return operation == null ? undescribed(method, host, path) : operation.missingFields(status, json);
    }

    private @Nullable Operation operation(String method, String host, String path) {
        return descriptions.stream()
                .map(d -> d.operation(method, host, path))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    private static List<String> undescribed(String method, String host, String path) {
        return List.of("nothing is described for " + method + " " + host + path);
    }
}
