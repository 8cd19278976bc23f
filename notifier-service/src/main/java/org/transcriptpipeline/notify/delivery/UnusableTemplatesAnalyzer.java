package org.transcriptpipeline.notify.delivery;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.transcriptpipeline.transcript.UnusableTemplatesException;

/// Says it in two sentences instead of a stack trace.
final class UnusableTemplatesAnalyzer extends AbstractFailureAnalyzer<UnusableTemplatesException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, UnusableTemplatesException cause) {
        return new FailureAnalysis(
                String.valueOf(cause.getMessage()),
                "Mend the file, or unset transcripts.handoff.templates to go out with the usual ones; see"
                        + " docs/templates.md.",
                cause);
    }
}
