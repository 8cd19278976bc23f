package org.transcriptpipeline.twilio.transport;

import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;

/// Which addresses are Twilio's.
public final class ApiUrls {

    private static final String DOMAIN = ".twilio.com";

    private ApiUrls() {}

    /// Where a request goes when there is a base URL: the host that was meant becomes the first segment of the path,
    /// since paths repeat across hosts.
    static URI below(URI baseUrl, URI meant) {
        var query = meant.getRawQuery() == null ? "" : "?" + meant.getRawQuery();
        return URI.create(withoutSlash(baseUrl) + "/" + meant.getHost() + meant.getRawPath() + query);
    }

    /// A link to a further page, as Twilio's own host would name it; null when it leads anywhere else.
    ///
    /// @param link absolute, or relative to the product's host, or below the base URL
    /// @param product the first label of the host that the list is on
    public static @Nullable String ofPage(String link, String product, @Nullable URI baseUrl) {
        try {
            var own = link;
            if (baseUrl != null && link.startsWith(withoutSlash(baseUrl) + "/")) {
                own = "https:/" + link.substring(withoutSlash(baseUrl).length());
            } else if (link.startsWith("/") && !link.startsWith("//")) {
                own = "https://" + product + DOMAIN + link;
            }
            var url = new URI(own);
            return isOn(product, url) ? decodedPath(url) : null;
        } catch (URISyntaxException e) {
            return null;
        }
    }

    private static boolean isOn(String product, URI url) {
        var host = url.getHost();
        return "https".equals(url.getScheme())
                && host != null
                && host.startsWith(product + ".")
                && host.endsWith(DOMAIN)
                && url.getUserInfo() == null
                && (url.getPort() == -1 || url.getPort() == 443)
                && url.getRawFragment() == null
                && !url.getPath().contains("?")
                && !url.getPath().contains("#");
    }

    /// The SDK encodes paths, so they must not be encoded before.
    private static String decodedPath(URI url) {
        var query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
        return "https://" + url.getHost() + url.getPath() + query;
    }

    private static String withoutSlash(URI baseUrl) {
        var text = baseUrl.toString();
        return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    }
}
