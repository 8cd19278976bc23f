package org.transcriptpipeline.cli.provision;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.PrintStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What differs, and what became of it.
///
/// @param state `same`, `different` (nothing was changed), `applied`
/// @param differences left, or all of them where nothing was applied
/// @param made what was changed
record ProvisionReport(String accountSid, String state, List<Line> differences, List<Line> made) {

    /// @param is null for nothing
    /// @param owner whose it seems to be, where it is not ours
    /// @param isByHand whether only a person can change it
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Line(
            String setting,
            @Nullable String is,
            String wanted,
            @Nullable String owner,
            boolean isByHand) {

        static Line of(Difference difference) {
            return new Line(
                    difference.setting(),
                    difference.is(),
                    difference.wanted(),
                    difference.owner(),
                    difference.fix() == null);
        }

        private void print(PrintStream out) {
            out.println("  " + setting);
            out.println("      is:        " + (is == null ? "(nothing)" : is));
            out.println("      should be: " + wanted);
            if (owner != null) {
                out.println("      seems to belong to " + owner + "; stays as it is without --replace");
            } else if (isByHand) {
                out.println("      has to be changed by hand");
            }
        }
    }

    static ProvisionReport compared(String accountSid, List<Difference> differences) {
        return new ProvisionReport(
                accountSid, differences.isEmpty() ? "same" : "different", lines(differences), List.of());
    }

    static ProvisionReport applied(String accountSid, List<Difference> made, List<Difference> left) {
        return new ProvisionReport(
                accountSid, made.isEmpty() && left.isEmpty() ? "same" : "applied", lines(left), lines(made));
    }

    void print(PrintStream out) {
        out.println("Twilio account " + accountSid);
        if (state.equals("same")) {
            out.println("Everything is as it should be.");
        }
        if (!made.isEmpty()) {
            out.println("Changed:");
            made.forEach(line -> {
                out.println("  " + line.setting());
                out.println("      was:    " + (line.is() == null ? "(nothing)" : line.is()));
                out.println("      is now: " + line.wanted());
            });
        }
        if (!differences.isEmpty()) {
            out.println(state.equals("applied") ? "Left as it is:" : "Differences:");
            differences.forEach(line -> line.print(out));
        }
    }

    private static List<Line> lines(List<Difference> differences) {
        return differences.stream().map(Line::of).toList();
    }
}
