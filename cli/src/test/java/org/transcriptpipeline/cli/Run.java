package org.transcriptpipeline.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// One run of the tool: what it was given, and what it said.
public record Run(int status, String out, String err) {

    /// Environment and standard input of runs to come.
    public record Setting(Map<String, String> environment, byte[] input) {

        public static Setting of(Map<String, String> environment) {
            return new Setting(environment, new byte[0]);
        }

        public Setting with(String variable, String value) {
            var more = new HashMap<>(environment);
            more.put(variable, value);
            return new Setting(more, input);
        }

        public Setting without(String variable) {
            var less = new HashMap<>(environment);
            less.remove(variable);
            return new Setting(less, input);
        }

        public Setting reading(String text) {
            return new Setting(environment, text.getBytes(UTF_8));
        }

        public Run run(String... arguments) {
            var out = new ByteArrayOutputStream();
            var err = new ByteArrayOutputStream();
            var surroundings = new Surroundings(
                    environment,
                    new ByteArrayInputStream(input),
                    new PrintStream(out, true, UTF_8),
                    new PrintStream(err, true, UTF_8),
                    Clock.systemUTC());
            int status = Transcripts.run(surroundings, arguments);
            return new Run(status, out.toString(UTF_8), err.toString(UTF_8));
        }
    }

    public JsonNode json() {
        return JsonMapper.builder().build().readTree(out);
    }

    public String everything() {
        return out + err;
    }
}
