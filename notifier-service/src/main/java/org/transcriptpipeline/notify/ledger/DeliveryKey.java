package org.transcriptpipeline.notify.ledger;

/// The key of everything that goes out.
public record DeliveryKey(String handoffId, int version, Destination destination) {}
