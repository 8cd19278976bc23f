package org.transcriptpipeline.signature;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The URLs that Twilio may have signed for a request: our configured public addresses, never a header that somebody
/// on the way could set.
///
/// Twilio's rules differ by product and its own libraries differ from its documentation (`twilio-reference` 5.2): a
/// port may be in the signed URL or not, and so may be credentials. A proxy may take the path prefix off or leave
/// it.
public final class PublicUrls {

    private final List<Base> bases;

    private PublicUrls(List<Base> bases) {
        this.bases = List.copyOf(bases);
    }

    /// @param origins everything before the path, in each form that may have been signed
    /// @param prefix of the path; empty where there is none
    private record Base(Set<String> origins, String prefix) {}

    /// @throws IllegalStateException for one that is no http or https URL
    public static PublicUrls of(Collection<String> baseUrls) {
        var bases = baseUrls.stream()
                .map(String::strip)
                .filter(url -> !url.isEmpty())
                .map(PublicUrls::baseOf)
                .toList();
        if (bases.isEmpty()) {
            throw new IllegalStateException(
                    "PUBLIC_BASE_URL (transcripts.public-base-urls) is required: signatures are checked against it");
        }
        return new PublicUrls(bases);
    }

    /// Path prefixes under which requests may arrive where a proxy leaves them on.
    public Set<String> prefixes() {
        return bases.stream()
                .map(Base::prefix)
                .filter(prefix -> !prefix.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
    }

    /// Every URL that Twilio may have signed for this request target.
    ///
    /// @param path raw, as received, one character per byte
    /// @param query raw, as received; null where there is none
    public Set<String> candidates(String path, @Nullable String query) {
        var target = query == null ? path : path + "?" + query;
        var urls = new LinkedHashSet<String>();
        for (var base : bases) {
            for (var origin : base.origins()) {
                urls.add(origin + base.prefix() + target);
                if (path.startsWith(base.prefix() + "/")) { // the proxy left it on
                    urls.add(origin + target);
                }
            }
        }
        return urls;
    }

    private static Base baseOf(String url) {
        var address = BaseUrl.parse(url);
        if (address == null) {
            throw new IllegalStateException("PUBLIC_BASE_URL (transcripts.public-base-urls) holds something that is"
                    + " not https://host[:port][/prefix]");
        }
        var ports = new LinkedHashSet<String>();
        ports.add("");
        ports.add(":" + (address.port() != null ? address.port() : address.defaultPort()));
        var origins = new LinkedHashSet<String>();
        for (var portForm : ports) {
            origins.add(byteText(address.scheme() + "://" + address.host() + portForm));
            if (address.credentials() != null) {
                origins.add(
                        byteText(address.scheme() + "://" + address.credentials() + "@" + address.host() + portForm));
            }
        }
        return new Base(Set.copyOf(origins), byteText(address.prefix()));
    }

    private static String byteText(String text) {
        return new String(text.getBytes(UTF_8), ISO_8859_1);
    }
}
