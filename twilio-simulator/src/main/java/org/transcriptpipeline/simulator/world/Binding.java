package org.transcriptpipeline.simulator.world;

import org.jspecify.annotations.Nullable;

/// How a participant without a chat client is reached.
///
/// @param address the customer's, `+12025550143` or `whatsapp:+12025550143`; null for the side of ours in a group
/// @param proxyAddress our number in a conversation of two
/// @param projectedAddress our number in a group MMS
public record Binding(
        @Nullable String address,
        @Nullable String proxyAddress,
        @Nullable String projectedAddress) {

    private static final String WHATSAPP = "whatsapp:";

    public static Binding of(String address, String proxyAddress) {
        return new Binding(address, proxyAddress, null);
    }

    /// `sms` or `whatsapp`, by the form of the address.
    public String type() {
        return address != null && address.startsWith(WHATSAPP) ? "whatsapp" : "sms";
    }

    /// No address: they are people's.
    @Override
    public String toString() {
        return "Binding[" + type() + "]";
    }
}
