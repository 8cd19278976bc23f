package org.transcriptpipeline.deploy;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/// The files of `deploy/kubernetes`, as an API server would get them. A key that stands twice is an error.
final class Manifests {

    private static final Path DIRECTORY = Path.of("kubernetes");
    private static final Gson GSON = new Gson();

    private Manifests() {}

    /// @param file of which it is one document
    record Manifest(String file, String kind, String name, JsonObject json) {

        /// What is found along these keys; an object or nothing is an error.
        JsonElement at(String... path) {
            JsonElement found = json;
            for (var key : path) {
                found = found.getAsJsonObject().get(key);
                if (found == null) {
                    throw new AssertionError("%s %s has no %s".formatted(kind, name, String.join(".", path)));
                }
            }
            return found;
        }

        JsonObject podSpec() {
            return at("spec", "template", "spec").getAsJsonObject();
        }

        JsonObject container() {
            return podSpec().getAsJsonArray("containers").get(0).getAsJsonObject();
        }

        @Override
        public String toString() {
            return kind + " " + name + " (" + file + ")";
        }
    }

    static List<Manifest> all() {
        try (var files = Files.list(DIRECTORY)) {
            var manifests = new ArrayList<Manifest>();
            for (var file :
                    files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList()) {
                for (var document : documents(file)) {
                    var metadata = document.getAsJsonObject("metadata");
                    manifests.add(new Manifest(
                            file.getFileName().toString(),
                            document.get("kind").getAsString(),
                            metadata == null ? "" : metadata.get("name").getAsString(),
                            document));
                }
            }
            return manifests;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<Manifest> ofKind(String... kinds) {
        var wanted = List.of(kinds);
        return all().stream().filter(m -> wanted.contains(m.kind())).toList();
    }

    /// What runs.
    static List<Manifest> workloads() {
        return ofKind("Deployment", "StatefulSet");
    }

    static List<JsonObject> documents(Path file) throws IOException {
        var options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        var documents = new ArrayList<JsonObject>();
        try (var reader = Files.newBufferedReader(file)) {
            for (var document : new Yaml(new SafeConstructor(options)).loadAll(reader)) {
                documents.add(GSON.toJsonTree(document).getAsJsonObject());
            }
        }
        return documents;
    }
}
