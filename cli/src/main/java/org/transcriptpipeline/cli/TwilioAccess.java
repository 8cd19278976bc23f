package org.transcriptpipeline.cli;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.twilio.TwilioCalls;
import org.transcriptpipeline.twilio.TwilioClient;
import org.transcriptpipeline.twilio.TwilioClientSettings;
import org.transcriptpipeline.twilio.TwilioClientSettings.Credentials;
import org.transcriptpipeline.twilio.TwilioClientSettings.Limits;
import org.transcriptpipeline.twilio.TwilioClientSettings.Location;
import picocli.CommandLine.Option;

/// Whose account at Twilio, and where. The token comes by `TWILIO_AUTH_TOKEN` only.
public final class TwilioAccess {

    @Option(
            names = "--account",
            paramLabel = "SID",
            description = "The Twilio account, AC…; else TWILIO_ACCOUNT_SID. Its token is always TWILIO_AUTH_TOKEN.")
    private @Nullable String account;

    @Option(
            names = "--api-base-url",
            paramLabel = "URL",
            description = "Where all calls to Twilio go instead, a stand-in for instance; else TWILIO_API_BASE_URL.")
    private @Nullable String apiBaseUrl;

    /// Null where no account is named.
    public @Nullable String accountIn(Surroundings surroundings) {
        return surroundings.setting(account, "TWILIO_ACCOUNT_SID");
    }

    public String requiredAccount(Surroundings surroundings) {
        return surroundings.required(account, "--account", "TWILIO_ACCOUNT_SID");
    }

    /// @throws WrongUseException where account or token are missing or cannot be what they should
    public TwilioClient client(Surroundings surroundings) {
        var baseUrl = surroundings.setting(apiBaseUrl, "TWILIO_API_BASE_URL");
        var token = surroundings.requiredSecret("TWILIO_AUTH_TOKEN");
        try {
            return TwilioClient.of(new TwilioClientSettings(
                    Credentials.authToken(requiredAccount(surroundings), token),
                    baseUrl == null ? Location.TWILIO : Location.at(URI.create(baseUrl)),
                    Limits.USUAL,
                    TwilioCalls.UNHEARD,
                    surroundings.clock()));
        } catch (IllegalArgumentException _) {
            // not its own text, which could quote a value
            throw new WrongUseException("TWILIO_ACCOUNT_SID must be AC and 32 hexadecimal digits, and"
                    + " TWILIO_API_BASE_URL a plain http or https address.");
        }
    }
}
