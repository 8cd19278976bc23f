package org.transcriptpipeline.ingest.flow;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.transcriptpipeline.twilio.TwilioException;

/// Counts and logs what became of each new conversation, once.
final class FlowMeters {

    private static final Logger log = LoggerFactory.getLogger(FlowMeters.class);

    private final Map<Outcome, Counter> counters = new EnumMap<>(Outcome.class);

    FlowMeters(MeterRegistry meters) {
        for (var outcome : Outcome.values()) { // all at 0 from the start: an alarm needs something that grows
            counters.put(
                    outcome,
                    Counter.builder("transcripts_flow_attachments")
                            .tag("outcome", outcome.label())
                            .register(meters));
        }
    }

    void count(Outcome outcome, int number) {
        var counter = counters.get(outcome);
        if (counter != null) {
            counter.increment(number);
        }
    }

    /// @param failure why, where Twilio said so
    void settled(Candidate candidate, Outcome outcome, @Nullable TwilioException failure) {
        count(outcome, 1);
        if (outcome == Outcome.TOO_OLD) {
            return; // a replay has millions of them; the batch says how many
        }
        var line = (outcome.isTrouble() ? log.atWarn() : log.atInfo())
                .addKeyValue("conversationSid", candidate.conversationSid())
                .addKeyValue("accountSid", candidate.accountSid())
                .addKeyValue("outcome", outcome.label());
        if (failure != null) {
            line = line.addKeyValue("failure", failure.getMessage());
        }
        line.log("New conversation dealt with");
    }

    void tooOld(long number) {
        if (number > 0) {
            log.atInfo().addKeyValue("conversations", number).log("Too old for a flow, left alone");
        }
    }
}
