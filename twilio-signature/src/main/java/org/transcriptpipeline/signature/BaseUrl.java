package org.transcriptpipeline.signature;

import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A public address as Twilio was told it: `https://[user:password@]host[:port][/prefix]`.
///
/// @param scheme `http` or `https`, as it was written
/// @param credentials `user:password`; null where there are none
/// @param port null where the address names none
/// @param prefix of the path, without a slash at its end; empty where there is none
public record BaseUrl(
        String scheme,
        @Nullable String credentials,
        String host,
        @Nullable String port,
        String prefix) {

    /// Not `java.net.URI`, which finds no host in one with an underscore.
    private static final Pattern FORM = Pattern.compile(
            "(?<scheme>https?)://(?:(?<user>[^/@?#]*)@)?(?<host>\\[[^]/]+]|[^/:?#@\\s]+)(?::(?<port>\\d{1,5}))?(?<prefix>/[^?#\\s]*)?(?:#.*)?",
            Pattern.CASE_INSENSITIVE);

    /// Null for what is no http or https URL, or has a query.
    public static @Nullable BaseUrl parse(String url) {
        var parts = FORM.matcher(url);
        if (!parts.matches()) {
            return null;
        }
        var prefix = parts.group("prefix") == null ? "" : parts.group("prefix").replaceAll("/+$", "");
        return new BaseUrl(
                parts.group("scheme"), parts.group("user"), parts.group("host"), parts.group("port"), prefix);
    }

    public String defaultPort() {
        return scheme.toLowerCase(Locale.ROOT).equals("https") ? "443" : "80";
    }

    /// Without credentials.
    @Override
    public String toString() {
        return scheme + "://" + host + (port == null ? "" : ":" + port) + prefix;
    }
}
