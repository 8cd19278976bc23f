package org.transcriptpipeline.net;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;

/// Which addresses are whose: the special-purpose registries of IANA (RFC 6890, seen November 2026). Whoever connects
/// to where somebody else points asks here first, and then connects to the very address that was asked about.
public final class AddressRanges {

    /// Whose an address is.
    public enum Reach {
        /// Anybody's on the Internet.
        PUBLIC,
        /// Of a private network or this machine: only for a host that is named as private.
        PRIVATE,
        /// Nobody's that transcripts go to: link-local with the clouds' metadata, multicast, reserved.
        NOBODYS
    }

    private record Range(byte[] prefix, int bits) {

        static Range of(String cidr) {
            var parts = cidr.split("/");
            try {
                return new Range(InetAddress.getByName(parts[0]).getAddress(), Integer.parseInt(parts[1]));
            } catch (UnknownHostException e) {
                throw new IllegalArgumentException(cidr, e);
            }
        }

        boolean holds(byte[] address) {
            if (address.length != prefix.length) {
                return false;
            }
            for (int bit = 0; bit < bits; bit++) {
                if (((address[bit / 8] ^ prefix[bit / 8]) & (0x80 >> (bit % 8))) != 0) {
                    return false;
                }
            }
            return true;
        }
    }

    private static final List<Range> PRIVATE = ranges(
            "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8", "::1/128", "fc00::/7");

    /// Among them fd00:ec2::254, where a cloud tells secrets within a private range.
    private static final List<Range> NOBODYS = ranges(
            "0.0.0.0/8",
            "169.254.0.0/16",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4",
            "fd00:ec2::254/128",
            "2001::/23",
            "2001:db8::/32",
            "2002::/16",
            "3fff::/20");

    /// All of the Internet so far; what IPv6 has outside of it is special.
    private static final Range GLOBAL_UNICAST = Range.of("2000::/3");

    private static final Range NAT64 = Range.of("64:ff9b::/96");
    private static final byte[] MAPPED_PREFIX = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte) 0xff, (byte) 0xff};
    private static final int IPV4_OFFSET = 12;

    private AddressRanges() {}

    private static List<Range> ranges(String... cidrs) {
        return Arrays.stream(cidrs).map(Range::of).toList();
    }

    /// An address of version 4 within one of version 6 (mapped, or NAT64) counts as itself.
    public static Reach of(InetAddress address) {
        return of(address.getAddress(), address instanceof Inet6Address);
    }

    private static Reach of(byte[] address, boolean isV6) {
        if (isV6 && (NAT64.holds(address) || Arrays.equals(address, 0, IPV4_OFFSET, MAPPED_PREFIX, 0, IPV4_OFFSET))) {
            return of(Arrays.copyOfRange(address, IPV4_OFFSET, address.length), false);
        }
        if (NOBODYS.stream().anyMatch(r -> r.holds(address))) {
            return Reach.NOBODYS;
        }
        if (PRIVATE.stream().anyMatch(r -> r.holds(address))) {
            return Reach.PRIVATE;
        }
        return isV6 && !GLOBAL_UNICAST.holds(address) ? Reach.NOBODYS : Reach.PUBLIC;
    }
}
