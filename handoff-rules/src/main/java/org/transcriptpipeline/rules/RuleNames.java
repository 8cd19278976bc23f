package org.transcriptpipeline.rules;

import java.util.regex.Pattern;
import org.transcriptpipeline.yaml.YamlFile;
import org.yaml.snakeyaml.nodes.Node;

/// What rules and destinations may be called. The names are in the ledger.
final class RuleNames {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    private RuleNames() {}

    static void check(YamlFile file, Node node, String name) {
        if (!NAME.matcher(name).matches()) {
            throw file.wrong(node, "a name has 1 to 64 letters, digits, dots, dashes and underscores");
        }
        if (name.startsWith(HandoffRules.EVERYONE)) {
            throw file.wrong(
                    node,
                    "names beginning with " + HandoffRules.EVERYONE
                            + " belong to HANDOFF_EMAIL_TO and HANDOFF_WEBHOOK_URL");
        }
    }
}
