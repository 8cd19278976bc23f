package org.transcriptpipeline.archive.media;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ContentTypeTest {

    static Stream<Arguments> beginnings() {
        return Stream.of(
                arguments("\u0089PNG\r\n\u001a\n", "image/png"),
                arguments("\u00ff\u00d8\u00ff\u00e0", "image/jpeg"),
                arguments("GIF89a", "image/gif"),
                arguments("RIFF....WEBPVP8", "image/webp"),
                arguments("RIFF....WAVEfmt", "audio/wav"),
                arguments("%PDF-1.7", "application/pdf"),
                arguments("....ftypisom", "video/mp4"),
                arguments("....ftypheic", "image/heic"),
                arguments("OggS.", "audio/ogg"),
                arguments("#!AMR.", "audio/amr"),
                arguments("ID3.", "audio/mpeg"));
    }

    @ParameterizedTest
    @MethodSource("beginnings")
    void aFileIsWhatItsFirstBytesSay(String head, String type) {
        assertThat(ContentType.of(head.getBytes(ISO_8859_1), "text/html")).isEqualTo(type);
        assertThat(ContentType.of(head.getBytes(ISO_8859_1), null)).isEqualTo(type);
    }

    @Test
    void whatWasAnnouncedChoosesAmongWhatTheBytesAllow() {
        var container = "....ftypisom".getBytes(ISO_8859_1);

        assertThat(ContentType.of(container, "audio/mp4; codecs=x")).isEqualTo("audio/mp4");
        assertThat(ContentType.of(container, "image/png")).isEqualTo("video/mp4");
    }

    static Stream<Arguments> programs() {
        return Stream.of(
                arguments("<html><script>alert(1)</script>", "text/html"),
                arguments("<html><script>alert(1)</script>", "image/png"),
                arguments("<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
                arguments("MZ\u0090\u0000", "application/pdf"),
                arguments("PK\u0003\u0004", "application/zip"),
                arguments("", "text/plain"));
    }

    @ParameterizedTest
    @MethodSource("programs")
    void whatCouldRunSomethingIsNoKnownType(String head, String announced) {
        assertThat(ContentType.of(head.getBytes(ISO_8859_1), announced)).isEqualTo(ContentType.UNKNOWN);
    }

    @Test
    void textIsTextWhereItWasAnnouncedAsSuch() {
        assertThat(ContentType.of("Grüße".getBytes(UTF_8), "text/plain; charset=utf-8"))
                .isEqualTo("text/plain");
        assertThat(ContentType.of("Grüße".getBytes(UTF_8), null)).isEqualTo(ContentType.UNKNOWN);
        assertThat(ContentType.of("BEGIN:VCARD\r\nVERSION:3.0".getBytes(UTF_8), "text/x-vcard"))
                .isEqualTo("text/vcard");
    }
}
