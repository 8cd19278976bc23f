package org.transcriptpipeline.archive.handoff;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.transcriptpipeline.rules.RulesException;

/// Says it in two sentences instead of a stack trace.
final class UnusableRulesAnalyzer extends AbstractFailureAnalyzer<RulesException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, RulesException cause) {
        return new FailureAnalysis(
                String.valueOf(cause.getMessage()),
                "Mend the setting or the file; `bin/transcripts rules check` says whether it can be used.",
                cause);
    }
}
