package org.transcriptpipeline.cli.provision;

import java.util.concurrent.Callable;
import org.transcriptpipeline.cli.Report;
import org.transcriptpipeline.cli.Surroundings;
import org.transcriptpipeline.cli.TwilioAccess;
import org.transcriptpipeline.cli.WrongUseException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Sets Twilio up, or shows what it would take.
@Command(
        name = "provision",
        mixinStandardHelpOptions = true,
        description = "Shows what has to be set at Twilio, and sets it with --apply.",
        footer = {
            "",
            "Can be repeated: what is there is left alone. What is not ours is never replaced without --replace.",
            "Exit status: 0 all is as it should be, or was made so; 1 differences are left; 2 wrong use."
        })
public final class ProvisionCommand implements Callable<Integer> {

    private final Surroundings surroundings;

    @Mixin
    private TwilioAccess twilio = new TwilioAccess();

    @Mixin
    private WishOptions options = new WishOptions();

    @Mixin
    private Report report = new Report();

    @Option(names = "--apply", description = "Change what differs.")
    private boolean isApplying;

    @Option(names = "--replace", description = "With --apply: also replace what seems to be somebody else's.")
    private boolean isReplacing;

    public ProvisionCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        if (isReplacing && !isApplying) {
            throw new WrongUseException("--replace needs --apply.");
        }
        var wish = options.wish(surroundings);
        try (var client = twilio.client(surroundings)) {
            var provisioning = new Provisioning(client.setup(), wish);
            var result = isApplying
                    ? applied(client.accountSid(), provisioning)
                    : ProvisionReport.compared(client.accountSid(), provisioning.compare());
            report.print(surroundings.out(), result, out -> {
                result.print(out);
                if (result.state().equals("different")) {
                    out.println("Nothing was changed. --apply changes it.");
                }
            });
            return result.differences().isEmpty() ? 0 : 1;
        }
    }

    private ProvisionReport applied(String accountSid, Provisioning provisioning) {
        var outcome = provisioning.apply(isReplacing, made -> surroundings.err().println("Changed: " + made.setting()));
        return ProvisionReport.applied(accountSid, outcome.made(), outcome.left());
    }
}
