package org.transcriptpipeline.cli.rules;

import java.util.List;
import java.util.concurrent.Callable;
import org.transcriptpipeline.cli.Report;
import org.transcriptpipeline.cli.Surroundings;
import org.transcriptpipeline.rules.Destination;
import org.transcriptpipeline.rules.Rule;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// Says whether the rules can be used.
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description = {
            "Says whether the rules can be used, and with its line what is wrong.",
            "Secrets that this environment does not have are named, and left out."
        },
        footer = {"", "Exit status: 0 they can be used, 1 they cannot, 2 wrong use."})
final class CheckCommand implements Callable<Integer> {

    private final Surroundings surroundings;

    @Mixin
    private RulesOptions options = new RulesOptions();

    @Mixin
    private Report report = new Report();

    CheckCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /// @param rules their names, in their order
    /// @param unset names that the file takes from the environment, and that are not set here
    private record Checked(List<String> rules, List<String> destinations, List<String> unset) {}

    @Override
    public Integer call() {
        var settings = options.settings(surroundings);
        var file = RulesOptions.read(settings);
        var unset = file.variables().stream()
                .filter(name -> surroundings.setting(null, name) == null)
                .sorted()
                .toList();
        var rules = (unset.isEmpty() ? RulesOptions.readWithSecrets(settings, surroundings) : file).rules();
        var result = new Checked(
                rules.rules().stream().map(Rule::name).toList(),
                rules.destinations().stream().map(Destination::name).toList(),
                unset);
        report.print(surroundings.out(), result, out -> {
            out.println("These rules can be used.");
            out.println("  rules: " + String.join(", ", result.rules()));
            out.println("  destinations: " + String.join(", ", result.destinations()));
            if (!unset.isEmpty()) {
                out.println("  not set here, and not checked: " + String.join(", ", unset));
            }
        });
        return 0;
    }
}
