package org.transcriptpipeline.cli.provision;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.cli.RefusedException;
import org.transcriptpipeline.twilio.Pages;
import org.transcriptpipeline.twilio.TwilioSetup;
import org.transcriptpipeline.twilio.setup.Flow;

/// The flow of new conversations: one that exists, or the sample; either must report its end.
final class FlowPart implements Part {

    private final TwilioSetup setup;
    private final Wish wish;
    private final Resolved resolved;

    FlowPart(TwilioSetup setup, Wish wish, Resolved resolved) {
        this.setup = setup;
        this.wish = wish;
        this.resolved = resolved;
    }

    @Override
    public List<Difference> differences() {
        var differences = new ArrayList<Difference>();
        if (wish.isSampleWanted()) {
            var sample = sample();
            resolved.flowIs(wish.flowSid() != null ? wish.flowSid() : sample == null ? null : sample.sid());
            compareSample(differences, sample);
        } else {
            resolved.flowIs(wish.flowSid());
        }
        if (wish.flowSid() != null) {
            compareOwn(differences, setup.flow(wish.flowSid()));
        }
        return differences;
    }

    private void compareSample(List<Difference> differences, @Nullable Flow sample) {
        var name = "flow \"" + SampleFlow.NAME + "\"";
        if (sample == null) {
            differences.add(Difference.missing(name, "published, reports its end to us", () -> {
                var made = setup.createFlow(checked(draft()));
                if (wish.flowSid() == null) {
                    resolved.flowIs(made.sid());
                }
            }));
        } else if (!reports(sample) || !"published".equals(sample.status())) {
            differences.add(new Difference(
                    name,
                    sample.status() + (reports(sample) ? "" : ", does not report its end to us"),
                    "published, reports its end to us",
                    null,
                    () -> setup.updateFlow(sample.sid(), checked(draft()))));
        }
    }

    /// Somebody drew it, so only somebody changes it.
    private void compareOwn(List<Difference> differences, Flow flow) {
        if (!reports(flow)) {
            differences.add(Difference.byHand(
                    "flow " + flow.sid() + ", its end",
                    "no widget calls " + Owners.shown(wish.url("flow-ended")),
                    "an HTTP Request widget (POST) as last step to " + Owners.shown(wish.url("flow-ended"))));
        }
        if (!"published".equals(flow.status())) {
            differences.add(Difference.byHand("flow " + flow.sid(), flow.status(), "published"));
        }
    }

    private boolean reports(Flow flow) {
        return flow.definition() != null && SampleFlow.urlsIn(flow.definition()).contains(wish.url("flow-ended"));
    }

    /// A list shows flows without their definitions, so the one that has our name is fetched.
    private @Nullable Flow sample() {
        for (var page : Pages.of(setup::flows)) {
            for (var flow : page.items()) {
                if (SampleFlow.NAME.equals(flow.friendlyName())) {
                    return setup.flow(flow.sid());
                }
            }
        }
        return null;
    }

    private Flow.Draft draft() {
        return new Flow.Draft(
                SampleFlow.NAME,
                "published",
                SampleFlow.definition(wish.url("flow-ended")),
                "Made by bin/transcripts provision");
    }

    private Flow.Draft checked(Flow.Draft draft) {
        if (!setup.isValid(draft)) {
            throw new RefusedException("Twilio finds the sample flow not valid, so it was not made.");
        }
        return draft;
    }
}
