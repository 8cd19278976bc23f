package org.transcriptpipeline.twilio;

/// Which end of a list comes first.
public enum Order {
    ASC,
    DESC
}
