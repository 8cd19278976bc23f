package org.transcriptpipeline.notify.mail;

/// The settings ask for mail and do not say how. The service does not start.
final class UnusableMailSettingsException extends RuntimeException {

    private final String action;

    UnusableMailSettingsException(String problem, String action) {
        super(problem);
        this.action = action;
    }

    String action() {
        return action;
    }
}
