package org.transcriptpipeline.cli.provision;

import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.cli.PublicAddress;
import org.transcriptpipeline.signature.BaseUrl;

/// Whose a URL seems to be, from its host; and how a URL may be shown.
final class Owners {

    private static final Pattern FLOW = Pattern.compile("/Flows/(FW[0-9a-fA-F]{32})");

    private final BaseUrl ours;

    Owners(BaseUrl ours) {
        this.ours = ours;
    }

    boolean isOurs(@Nullable String url) {
        return PublicAddress.isBelow(ours, url);
    }

    /// In words, for a URL that is not ours.
    static String of(String url) {
        var parsed = BaseUrl.parse(withoutQuery(url));
        if (parsed == null) {
            return "somebody";
        }
        var host = parsed.host().toLowerCase(Locale.ROOT);
        var flow = FLOW.matcher(url);
        if (host.equals("webhooks.twilio.com") && flow.find()) {
            return "Studio, flow " + flow.group(1);
        }
        if (host.endsWith(".twil.io")) {
            return "a Twilio Function, " + host;
        }
        if (host.startsWith("flex") && host.endsWith(".twilio.com")) {
            return "Flex";
        }
        return host;
    }

    /// Without credentials and without the values of its query, which may hold secrets.
    static @Nullable String shown(@Nullable String url) {
        if (url == null || url.isEmpty()) {
            return null;
        }
        var parsed = BaseUrl.parse(withoutQuery(url));
        return parsed == null ? "(not an address)" : parsed + (url.contains("?") ? "?…" : "");
    }

    private static String withoutQuery(String url) {
        int query = url.indexOf('?');
        return query < 0 ? url : url.substring(0, query);
    }
}
