package org.transcriptpipeline.cli.provision;

import java.util.concurrent.Callable;
import org.transcriptpipeline.cli.Report;
import org.transcriptpipeline.cli.Surroundings;
import org.transcriptpipeline.cli.TwilioAccess;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// Compares what is set at Twilio with what should be; for a scheduler.
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = "Compares what is set at Twilio with what should be. Takes the options of provision.",
        footer = {"", "Exit status: 0 no difference, 1 differences, each of them named, 2 wrong use."})
public final class VerifyCommand implements Callable<Integer> {

    private final Surroundings surroundings;

    @Mixin
    private TwilioAccess twilio = new TwilioAccess();

    @Mixin
    private WishOptions options = new WishOptions();

    @Mixin
    private Report report = new Report();

    public VerifyCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        var wish = options.wish(surroundings);
        try (var client = twilio.client(surroundings)) {
            var result =
                    ProvisionReport.compared(client.accountSid(), new Provisioning(client.setup(), wish).compare());
            report.print(surroundings.out(), result, result::print);
            return result.differences().isEmpty() ? 0 : 1;
        }
    }
}
