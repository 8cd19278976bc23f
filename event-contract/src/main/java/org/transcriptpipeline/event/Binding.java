package org.transcriptpipeline.event;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Twilio's `MessagingBinding`: which addresses are tied together.
///
/// @param type `SMS`, `CHAT`, `WHATSAPP`, … as Twilio spells it; participants only
/// @param addresses the customer's; several for group MMS, which repeats the parameter. Empty: none was named
/// @param proxyAddress ours
/// @param projectedAddress ours in a group MMS
/// @param authorAddress who wrote the first message of an autocreated group MMS
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Binding(
        @Nullable String type,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> addresses,
        @Nullable String proxyAddress,
        @Nullable String projectedAddress,
        @Nullable String authorAddress) {

    public Binding {
        addresses = addresses == null ? List.of() : List.copyOf(addresses);
    }

    @Override
    public String toString() {
        return "Binding[" + type + "]";
    }
}
