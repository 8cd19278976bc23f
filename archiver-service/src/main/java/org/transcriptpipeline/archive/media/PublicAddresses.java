package org.transcriptpipeline.archive.media;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.apache.hc.client5.http.DnsResolver;
import org.jspecify.annotations.Nullable;

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
        if (address.isAnyLocalAddress()
                || address.isLoopbackAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress()) {
            return false;
        }
        var bytes = address.getAddress();
        return address instanceof Inet6Address ? isPublic6(bytes) : isPublic4(bytes, 0);
    }

    /// Beyond what Java knows: RFC 6890.
    private static boolean isPublic4(byte[] bytes, int at) {
        int a = bytes[at] & 0xFF;
        int b = bytes[at + 1] & 0xFF;
        int c = bytes[at + 2] & 0xFF;
        boolean isReserved = a == 0
                || a == 10
                || a == 127
                || a >= 224
                || (a == 100 && b >= 64 && b < 128) // between a carrier and its customers
                || (a == 169 && b == 254)
                || (a == 172 && b >= 16 && b < 32)
                || (a == 192 && b == 168)
                || (a == 192 && b == 0 && (c == 0 || c == 2))
                || (a == 198 && (b == 18 || b == 19))
                || (a == 198 && b == 51 && c == 100)
                || (a == 203 && b == 0 && c == 113);
        return !isReserved;
    }

    /// Only what is given out to the world, 2000::/3, without what tunnels or documents; an address of version 4
    /// inside must be public itself.
    private static boolean isPublic6(byte[] bytes) {
        int first = (bytes[0] & 0xFF) << 8 | (bytes[1] & 0xFF);
        int second = (bytes[2] & 0xFF) << 8 | (bytes[3] & 0xFF);
        if (first == 0x64 && second == 0xFF9B) {
            return isPublic4(bytes, 12); // translated to version 4 on the way
        }
        if (first == 0x2002) {
            return isPublic4(bytes, 2); // 6to4
        }
        boolean isGlobal = (first & 0xE000) == 0x2000;
        boolean isSpecial = first == 0x2001 && (second < 0x200 || second == 0xDB8);
        return isGlobal && !isSpecial;
    }
}
