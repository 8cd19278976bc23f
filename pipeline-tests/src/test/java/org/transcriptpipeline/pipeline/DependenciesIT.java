package org.transcriptpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.lang.module.ModuleDescriptor.Version;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/// Fault S7: what is shipped, as the build's own SBOM lists it, has none of the known holes of `.ci/dependency-floors`,
/// and nothing twice. Asks nobody; a scanner with a database is a command in `docs/security.md`.
class DependenciesIT {

    private static final Path BOM = Path.of("..", "target", "bom.json");
    private static final Path FLOORS = Path.of("..", ".ci", "dependency-floors");

    private record Component(String name, String version) {}

    private record Floor(String artifact, String version, String reason) {
        boolean isMetBy(String shipped) {
            return parsed(shipped).compareTo(parsed(version)) >= 0;
        }
    }

    @Test
    @Tag("S7")
    void theBillHoldsWhatIsShippedAndNothingOfTheTests() throws IOException {
        assertThat(shipped())
                .extracting(Component::name)
                .contains(
                        "org.apache.kafka:kafka-clients",
                        "org.postgresql:postgresql",
                        "org.eclipse.angus:angus-mail",
                        "org.transcriptpipeline:ingest-service")
                .doesNotContain("com.icegreen:greenmail", "com.code-intelligence:jazzer", "net.jqwik:jqwik");
    }

    @Test
    @Tag("S7")
    void nothingShippedIsBelowItsFloor() throws IOException {
        var below = new ArrayList<String>();
        for (var floor : floors()) {
            for (var component : shipped()) {
                if (component.name().equals(floor.artifact()) && !floor.isMetBy(component.version())) {
                    below.add(component + " is below " + floor);
                }
            }
        }

        assertThat(below).isEmpty();
    }

    @Test
    void aFloorIsAFloor() throws IOException {
        assertThat(floors()).hasSizeGreaterThan(5).allSatisfy(floor -> {
            assertThat(floor.isMetBy(floor.version())).isTrue();
            assertThat(floor.isMetBy("0.0.1")).isFalse();
            assertThat(floor.reason()).contains("CVE-");
        });
        assertThat(new Floor("a:b", "4.2.0", "").isMetBy("4.1.2")).isFalse();
        assertThat(new Floor("a:b", "4.2.13", "").isMetBy("4.2.9.Final")).isFalse();
        assertThat(new Floor("a:b", "4.2.13", "").isMetBy("4.2.13.Final")).isTrue();
        assertThat(new Floor("a:b", "42.7.7", "").isMetBy("42.7.13")).isTrue();
    }

    @Test
    void nothingIsShippedInTwoVersions() throws IOException {
        Map<String, TreeSet<String>> versions = new TreeMap<>();
        shipped()
                .forEach(component -> versions.computeIfAbsent(component.name(), _ -> new TreeSet<>())
                        .add(component.version()));

        assertThat(versions).allSatisfy((name, all) -> assertThat(all).as(name).hasSize(1));
    }

    private static List<Component> shipped() throws IOException {
        // Maven makes it where it is online, and `.ci/run` insists on it
        assumeThat(BOM).as("made by `mvn verify` at the root, online").exists();
        var components = new ArrayList<Component>();
        JsonMapper.shared()
                .readTree(Files.readString(BOM))
                .get("components")
                .forEach(component -> components.add(new Component(
                        component.path("group").asString("") + ":"
                                + component.path("name").asString(),
                        component.path("version").asString())));
        return components;
    }

    private static List<Floor> floors() throws IOException {
        return Files.readString(FLOORS)
                .lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .map(line -> line.split("\t"))
                .map(columns -> new Floor(columns[0], columns[1], columns[2]))
                .toList();
    }

    /// The numbers; `Final` and `RELEASE` are words that say nothing.
    private static Version parsed(String version) {
        return Version.parse(String.join(
                ".",
                Arrays.stream(version.split("[.-]"))
                        .takeWhile(part -> part.matches("\\d+"))
                        .toList()));
    }
}
