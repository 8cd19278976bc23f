package org.transcriptpipeline.rules;

import java.net.URI;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.yaml.YamlFile;
import org.yaml.snakeyaml.nodes.Node;

/// The values of a file of rules that may be, or have to be, named instead of written down: `${NAME}`. Keeps which
/// names there were.
final class NamedValues {

    /// Stands for what was left out; no file can hold it.
    static final String LEFT_OUT = "\0";

    private static final URI LEFT_OUT_URL = URI.create("https://left-out.invalid/");
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)}");
    private static final Pattern ADDRESS =
            Pattern.compile("[!-~&&[^@<>()\\[\\],;:\\\\\"]]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?");

    private final YamlFile file;
    private final Function<String, @Nullable String> environment;
    private final boolean isWithoutSecrets;
    private final Set<String> variables = new TreeSet<>();

    /// @param isWithoutSecrets what is named is left out, and need not be there
    NamedValues(YamlFile file, Function<String, @Nullable String> environment, boolean isWithoutSecrets) {
        this.file = file;
        this.environment = environment;
        this.isWithoutSecrets = isWithoutSecrets;
    }

    Set<String> variables() {
        return variables;
    }

    String value(Node node, String what) {
        var text = file.scalar(node, what);
        var variable = VARIABLE.matcher(text);
        if (!variable.matches()) {
            if (text.isBlank()) {
                throw file.wrong(node, what + " is empty");
            }
            return text.strip();
        }
        var name = variable.group(1);
        variables.add(name);
        if (isWithoutSecrets) {
            return LEFT_OUT;
        }
        var value = environment.apply(name);
        if (value == null || value.isBlank()) {
            throw file.wrong(node, what + " is ${" + name + "}, and the environment has no " + name);
        }
        return value.strip();
    }

    String secret(Node node, String what) {
        if (!VARIABLE.matcher(file.scalar(node, what)).matches()) {
            throw file.wrong(node, what + " is a secret: write ${NAME}, and set NAME in the environment");
        }
        return value(node, what);
    }

    URI url(String text, Node node, String what) {
        if (text.equals(LEFT_OUT)) {
            return LEFT_OUT_URL;
        }
        try {
            return WebAddress.of(text, what);
        } catch (RulesException e) {
            throw file.wrong(node, String.valueOf(e.getMessage()));
        }
    }

    String address(Node node) {
        var address = value(node, "an address");
        if (!address.equals(LEFT_OUT) && !isAddress(address)) {
            throw file.wrong(node, "this is no e-mail address"); // not quoted: it ends up in a log
        }
        return address;
    }

    static boolean isAddress(String text) {
        return ADDRESS.matcher(text).matches();
    }
}
