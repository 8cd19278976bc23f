package org.transcriptpipeline.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.transcriptpipeline.net.AddressRanges.Reach;

@Tag("N17")
class AddressRangesTest {

    @ParameterizedTest
    @CsvSource(textBlock = """
            93.184.215.14,          PUBLIC
            172.15.255.255,         PUBLIC
            172.32.0.0,             PUBLIC
            100.63.255.255,         PUBLIC
            100.128.0.0,            PUBLIC
            2606:2800:21f:cb07::1,  PUBLIC
            64:ff9b::5db8:d70e,     PUBLIC
            10.0.0.1,               PRIVATE
            172.16.0.1,             PRIVATE
            172.31.255.255,         PRIVATE
            192.168.1.1,            PRIVATE
            100.64.0.1,             PRIVATE
            127.0.0.1,              PRIVATE
            127.255.255.254,        PRIVATE
            ::1,                    PRIVATE
            fd12:3456::1,           PRIVATE
            fc00::1,                PRIVATE
            ::ffff:10.0.0.1,        PRIVATE
            ::ffff:127.0.0.1,       PRIVATE
            64:ff9b::7f00:1,        PRIVATE
            64:ff9b::a00:1,         PRIVATE
            0.0.0.0,                NOBODYS
            0.1.2.3,                NOBODYS
            169.254.169.254,        NOBODYS
            ::ffff:169.254.169.254, NOBODYS
            64:ff9b::a9fe:a9fe,     NOBODYS
            fd00:ec2::254,          NOBODYS
            fe80::1,                NOBODYS
            fec0::1,                NOBODYS
            ff02::1,                NOBODYS
            ::,                     NOBODYS
            ::7f00:1,               NOBODYS
            2002:7f00:1::,          NOBODYS
            2001::1,                NOBODYS
            64:ff9b:1::a00:1,       NOBODYS
            192.0.0.192,            NOBODYS
            198.18.0.1,             NOBODYS
            224.0.0.1,              NOBODYS
            239.255.255.255,        NOBODYS
            240.0.0.1,              NOBODYS
            255.255.255.255,        NOBODYS
            """)
    void whoseAnAddressIs(String address, Reach reach) throws Exception {
        assertThat(AddressRanges.of(InetAddress.getByName(address))).isEqualTo(reach);
    }

    @org.junit.jupiter.api.Test
    void anAddressThatIsMappedByHandIsTheSame() throws Exception {
        var mapped = new byte[16];
        mapped[10] = mapped[11] = (byte) 0xff;
        mapped[12] = 10;
        // of(…, scope) does not turn it into an IPv4 address, as getByAddress would
        var address = java.net.Inet6Address.getByAddress("mapped", mapped, 0);

        assertThat(AddressRanges.of(address)).isEqualTo(Reach.PRIVATE);
    }
}
