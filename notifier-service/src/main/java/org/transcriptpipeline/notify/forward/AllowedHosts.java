package org.transcriptpipeline.notify.forward;

import java.net.URI;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Where requests may go, by the host's name.
///
/// @param hosts by https, to public addresses
/// @param privateHosts also by http, and to addresses of a private network or of this machine
record AllowedHosts(Set<String> hosts, Set<String> privateHosts) {

    AllowedHosts {
        hosts = lowerCase(hosts);
        privateHosts = lowerCase(privateHosts);
    }

    /// Those that the settings name; where they name none, those of the destinations' own URLs.
    static AllowedHosts of(Collection<String> named, Collection<String> privateHosts, Collection<URI> ofDestinations) {
        var hosts = named.isEmpty()
                ? ofDestinations.stream().map(AllowedHosts::host).collect(Collectors.toSet())
                : Set.copyOf(named);
        return new AllowedHosts(hosts, Set.copyOf(privateHosts));
    }

    private static Set<String> lowerCase(Set<String> names) {
        return names.stream()
                .map(AllowedHosts::plain)
                .filter(n -> !n.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
    }

    private static String host(URI url) {
        return url.getHost() == null ? "" : plain(url.getHost());
    }

    /// An IPv6 address has brackets in a URL and none elsewhere.
    private static String plain(String host) {
        return host.strip().toLowerCase(Locale.ROOT).replaceAll("^\\[|]$", "");
    }

    boolean isPrivate(String host) {
        return privateHosts.contains(plain(host));
    }

    /// Why no request goes there; null: it may.
    @Nullable
    String refusal(URI url) {
        var host = host(url);
        if (isPrivate(host)) {
            return null;
        }
        if (host.isEmpty() || !hosts.contains(host)) {
            return "its host is not one of transcripts.forward.allowed-hosts";
        }
        if (!"https".equalsIgnoreCase(url.getScheme())) {
            return "it is not https, and its host is not one of transcripts.forward.allowed-private-hosts";
        }
        return url.getRawUserInfo() == null ? null : "it holds credentials";
    }
}
