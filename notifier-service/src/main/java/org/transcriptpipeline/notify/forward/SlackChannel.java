package org.transcriptpipeline.notify.forward;

import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.transcriptpipeline.notify.channel.Channel;
import org.transcriptpipeline.notify.channel.Consignment;
import org.transcriptpipeline.notify.channel.DestinationGates;
import org.transcriptpipeline.notify.channel.Gate;
import org.transcriptpipeline.notify.channel.Outcome;
import org.transcriptpipeline.notify.ledger.Delivery;
import org.transcriptpipeline.notify.ledger.DestinationKind;
import org.transcriptpipeline.rules.Presentation;
import org.transcriptpipeline.rules.Target;
import org.transcriptpipeline.transcript.TranscriptRenderer;

/// Posts a few lines to an incoming webhook of Slack: who, what the customer said last, and where to answer. Slack
/// cannot tell a repeat, so an answer that does not come is a doubt, as it is of a mail.
final class SlackChannel implements Channel {

    private final PinnedHttp http;
    private final DestinationGates gates;
    private final TranscriptRenderer renderer;

    SlackChannel(PinnedHttp http, DestinationGates gates, TranscriptRenderer renderer) {
        this.http = http;
        this.gates = gates;
        this.renderer = renderer;
    }

    @Override
    public DestinationKind kind() {
        return DestinationKind.SLACK;
    }

    @Override
    public Gate gate(Delivery delivery) {
        return gates.of(delivery.key().destination().address());
    }

    @Override
    public Prepared prepare(Consignment consignment) {
        var destination = consignment.destination();
        if (destination == null || !(destination.target() instanceof Target.Slack slack)) {
            return new Never("the rules have no Slack webhook of this name any more");
        }
        var presentation = consignment.presentation();
        var plain = new Presentation(presentation.language(), presentation.zone(), Set.of(), presentation.flowNames());
        try (var rendered =
                renderer.render(consignment.snapshot(), consignment.previous(), plain, consignment.links())) {
            var message = new SlackMessage(presentation.language())
                    .write(rendered.subject(), consignment.snapshot(), consignment.links());
            return new Ready(new Post(slack, new JsonText(message)));
        }
    }

    private final class Post implements Parcel {

        private final Target.Slack slack;
        private final JsonText body;

        private Post(Target.Slack slack, JsonText body) {
            this.slack = slack;
            this.body = body;
        }

        @Override
        public String templateVersion() {
            return renderer.templateVersion(); // of the subject
        }

        @Override
        public Outcome handOver(int attempt, Instant now) {
            return HttpReply.outcome(http.post(slack.url(), Map.of(), body), body.contentSha256(), false, now);
        }
    }
}
