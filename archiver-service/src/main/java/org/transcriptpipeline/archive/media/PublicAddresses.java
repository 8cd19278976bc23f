package org.transcriptpipeline.archive.media;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.apache.hc.client5.http.DnsResolver;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.net.AddressRanges;

/// Finds the addresses of a host and lets none pass that is not on the public internet: a link must not lead into our
/// own network, nor to the metadata service of a cloud. The client connects to the very addresses that were looked
/// at, so a name that changes its mind in between does not help.
final class PublicAddresses implements DnsResolver {

    /// Whoever asks is told only this: the address is nobody's business.
    static final class NotPublicException extends UnknownHostException {
        NotPublicException() {
            super("not a public address");
        }
    }

    private final @Nullable String trustedHost;

    /// @param trustedHost a stand-in's, which may be anywhere; null for none
    PublicAddresses(@Nullable String trustedHost) {
        this.trustedHost = trustedHost;
    }

    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        var addresses = InetAddress.getAllByName(host);
        if (!host.equalsIgnoreCase(trustedHost) && !Arrays.stream(addresses).allMatch(PublicAddresses::isPublic)) {
            throw new NotPublicException();
        }
        return addresses;
    }

    @Override
    public String resolveCanonicalHostname(String host) {
        return host;
    }

    static boolean isPublic(InetAddress address) {
        return AddressRanges.of(address) == AddressRanges.Reach.PUBLIC;
    }
}
