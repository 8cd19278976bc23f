package org.transcriptpipeline.yaml;

import java.io.StringReader;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/// A file as nodes of its YAML rather than as objects, since nodes know their line: what is wrong with it is said with
/// file and line.
public final class YamlFile {

    private final String fileName;
    private final Function<String, ? extends RuntimeException> refusal;
    private String place = "";

    /// @param refusal makes the exception of a message that says where, and what is expected there
    public YamlFile(String fileName, Function<String, ? extends RuntimeException> refusal) {
        this.fileName = fileName;
        this.refusal = refusal;
    }

    /// @param what the document is, for the message that says that it is none
    public Fields root(String yaml, String what) {
        Node document;
        try {
            document = new Yaml(new LoaderOptions()).compose(new StringReader(yaml));
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 0 : e.getProblemMark().getLine() + 1;
            throw refusal.apply(fileName + ", line " + line + ": not YAML, " + e.getProblem());
        } catch (YAMLException _) {
            throw refusal.apply(fileName + ": not YAML, it holds characters that no text file has");
        }
        if (document == null) {
            throw refusal.apply(fileName + ": the file is empty");
        }
        return fields(document, what);
    }

    /// What is wrong from now on is wrong at this place, `step 3` for instance; the line is told anyway.
    public void at(String where) {
        place = ", " + where;
    }

    public void allow(Fields fields, String... names) {
        for (var name : fields.names()) {
            if (!List.of(names).contains(name)) {
                throw wrong(
                        fields.keys.getOrDefault(name, fields.node),
                        "unknown field " + name + ", allowed are " + List.of(names));
            }
        }
    }

    public List<Node> sequence(Node node, String what) {
        if (node instanceof SequenceNode sequence) {
            return sequence.getValue();
        }
        throw wrong(node, what + " must be a list");
    }

    public Fields fields(Node node, String what) {
        if (node instanceof ScalarNode scalar && scalar.getValue().isEmpty()) {
            return new Fields(node, Map.of(), Map.of()); // `- conversation-removed:`
        }
        if (!(node instanceof MappingNode mapping)) {
            throw wrong(node, what + " must be a list of `name: value`");
        }
        var fields = new LinkedHashMap<String, Node>();
        var keys = new LinkedHashMap<String, Node>();
        for (var tuple : mapping.getValue()) {
            var name = scalar(tuple.getKeyNode(), "a field's name");
            if (fields.put(name, tuple.getValueNode()) != null) {
                throw wrong(tuple.getKeyNode(), "field " + name + " is given twice");
            }
            keys.put(name, tuple.getKeyNode());
        }
        return new Fields(node, fields, keys);
    }

    public String scalar(Node node, String what) {
        if (node instanceof ScalarNode scalar) {
            return scalar.getValue();
        }
        throw wrong(node, what + " must be a single value");
    }

    public RuntimeException wrong(Node node, String problem) {
        return refusal.apply(fileName + ", line " + (node.getStartMark().getLine() + 1) + place + ": " + problem);
    }

    /// A list of `name: value`.
    public final class Fields {

        private final Node node;
        private final Map<String, Node> byName;
        private final Map<String, Node> keys;

        private Fields(Node node, Map<String, Node> byName, Map<String, Node> keys) {
            this.node = node;
            this.byName = byName;
            this.keys = keys;
        }

        public Node node() {
            return node;
        }

        public Set<String> names() {
            return byName.keySet();
        }

        public boolean has(String name) {
            return byName.containsKey(name);
        }

        /// Where the field's name stands; the whole where there is no such field.
        public Node key(String name) {
            return keys.getOrDefault(name, node);
        }

        public Node required(String name) {
            var value = byName.get(name);
            if (value == null) {
                throw wrong(node, "field " + name + " is missing");
            }
            return value;
        }

        public String text(String name) {
            return scalar(required(name), name);
        }

        public @Nullable String optionalText(String name) {
            return byName.containsKey(name) ? text(name) : null;
        }

        public String oneOf(String name, Set<String> values) {
            var value = text(name);
            if (!values.contains(value)) {
                throw wrong(
                        required(name),
                        name + " is " + value + ", allowed are "
                                + values.stream().sorted().toList());
            }
            return value;
        }

        public int number(String name, int otherwise, int least, int most) {
            if (!byName.containsKey(name)) {
                return otherwise;
            }
            try {
                int number = Integer.parseInt(text(name));
                if (number >= least && number <= most) {
                    return number;
                }
            } catch (NumberFormatException _) {
                // said below, as for a number out of range
            }
            throw wrong(required(name), name + " must be a number from " + least + " to " + most);
        }

        public boolean bool(String name) {
            return byName.containsKey(name)
                    && oneOf(name, Set.of("true", "false")).equals("true");
        }

        public Duration duration(String name, Duration otherwise) {
            if (!byName.containsKey(name)) {
                return otherwise;
            }
            try {
                var text = text(name).toUpperCase(Locale.ROOT);
                var duration = Duration.parse(text.endsWith("MS") ? "PT0S" : "PT" + text);
                duration = text.endsWith("MS")
                        ? Duration.ofMillis(Long.parseLong(text, 0, text.length() - 2, 10))
                        : duration;
                if (!duration.isNegative()) {
                    return duration;
                }
            } catch (DateTimeParseException | NumberFormatException _) {
                // said below, as for a negative one
            }
            throw wrong(required(name), name + " must be a duration such as 250ms, 3s or 1m30s");
        }

        /// @return 0 when it is not given
        public double share(String name) {
            if (!byName.containsKey(name)) {
                return 0;
            }
            try {
                double share = Double.parseDouble(text(name));
                if (share >= 0 && share <= 1) {
                    return share;
                }
            } catch (NumberFormatException _) {
                // said below, as for a number out of range
            }
            throw wrong(required(name), name + " must be a share from 0 to 1");
        }

        /// @return the values of a list, or the one value that stands for a list of one; empty when it is not given
        public List<Node> oneOrMore(String name) {
            if (!byName.containsKey(name)) {
                return List.of();
            }
            return required(name) instanceof SequenceNode several ? several.getValue() : List.of(required(name));
        }

        /// @return empty when it is not given
        public List<Node> list(String name) {
            return byName.containsKey(name) ? sequence(required(name), name) : List.of();
        }

        public Fields inner(String name) {
            return byName.containsKey(name) ? fields(required(name), name) : new Fields(node, Map.of(), Map.of());
        }

        public Map<String, String> texts(String name) {
            if (!byName.containsKey(name)) {
                return Map.of();
            }
            var texts = new LinkedHashMap<String, String>();
            var inner = fields(required(name), name);
            inner.byName.forEach((key, value) -> texts.put(key, scalar(value, key)));
            return texts;
        }
    }
}
