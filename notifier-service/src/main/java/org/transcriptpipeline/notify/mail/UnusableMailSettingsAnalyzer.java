package org.transcriptpipeline.notify.mail;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/// Says it in two sentences instead of a stack trace.
final class UnusableMailSettingsAnalyzer extends AbstractFailureAnalyzer<UnusableMailSettingsException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, UnusableMailSettingsException cause) {
        return new FailureAnalysis(cause.getMessage(), cause.action(), cause);
    }
}
