package org.transcriptpipeline.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.signature.BaseUrl;
import picocli.CommandLine.Option;

/// Where Twilio finds the pipeline.
public final class PublicAddress {

    @Option(
            names = "--public-url",
            paramLabel = "URL",
            description = "What Twilio is told, https://host[:port][/prefix]; several separated by commas, the first"
                    + " one is told; else PUBLIC_BASE_URL.")
    private @Nullable String publicUrl;

    /// @throws WrongUseException where there is none, or one that is no URL
    public List<BaseUrl> all(Surroundings surroundings) {
        var urls = new ArrayList<BaseUrl>();
        for (var url : texts(surroundings)) {
            var parsed = BaseUrl.parse(url);
            if (parsed == null) {
                throw new WrongUseException(
                        "PUBLIC_BASE_URL holds something that is not https://host[:port][/prefix].");
            }
            urls.add(parsed);
        }
        if (urls.isEmpty()) {
            throw new WrongUseException("PUBLIC_BASE_URL is empty.");
        }
        return List.copyOf(urls);
    }

    /// All of them as they were given.
    public List<String> texts(Surroundings surroundings) {
        return Arrays.stream(surroundings
                        .required(publicUrl, "--public-url", "PUBLIC_BASE_URL")
                        .split(","))
                .map(String::strip)
                .filter(url -> !url.isEmpty())
                .toList();
    }

    /// The one that Twilio is told.
    public BaseUrl told(Surroundings surroundings) {
        return all(surroundings).getFirst();
    }

    /// Whether a URL lies below an address: the same host and port, and the path starts with the prefix.
    public static boolean isBelow(BaseUrl address, @Nullable String url) {
        var other = url == null ? null : BaseUrl.parse(withoutQuery(url));
        return other != null
                && other.host().toLowerCase(Locale.ROOT).equals(address.host().toLowerCase(Locale.ROOT))
                && portOf(other).equals(portOf(address))
                && (other.prefix() + "/").startsWith(address.prefix() + "/");
    }

    private static String portOf(BaseUrl url) {
        return url.port() == null ? url.defaultPort() : url.port();
    }

    private static String withoutQuery(String url) {
        int query = url.indexOf('?');
        return query < 0 ? url : url.substring(0, query);
    }
}
