package org.transcriptpipeline.notify.plan;

import java.util.List;
import org.transcriptpipeline.event.TranscriptReady;
import org.transcriptpipeline.notify.ledger.Destination;
import org.transcriptpipeline.notify.ledger.DestinationKind;

/// The rule that most start with: every transcript goes to every address of one list.
record EveryoneByMail(List<Destination> recipients) implements Destinations {

    EveryoneByMail {
        recipients = List.copyOf(recipients);
    }

    static EveryoneByMail at(List<String> addresses) {
        return new EveryoneByMail(addresses.stream()
                .map(a -> new Destination(DestinationKind.EMAIL, a))
                .toList());
    }

    @Override
    public List<Destination> of(TranscriptReady ready) {
        return recipients;
    }
}
