package org.transcriptpipeline.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StorableTextTest {

    private static final char HIGH = '\ud83d';
    private static final char LOW = '\ude00';

    @Test
    void aTextWithoutOffenceIsTheSameInstance() {
        var text = "Café & bar " + HIGH + LOW + " \r\n\t\u0001\uffff";

        assertThat(StorableText.of(text)).isSameAs(text);
        assertThat(StorableText.isStorable(text)).isTrue();
    }

    @Test
    @Tag("I12")
    void aNulIsShown() {
        assertThat(StorableText.of("\0a\0b\0")).isEqualTo("␀a␀b␀");
        assertThat(StorableText.isStorable("a\0")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "a high surrogate at the end, a\ud83d, a\ufffd",
        "a low surrogate at the start, \ude00a, \ufffda",
        "a high surrogate before a letter, \ud83da, \ufffda",
        "two high surrogates before a low one, \ud83d\ud83d\ude00, \ufffd\ud83d\ude00",
        "a pair the wrong way round, \ude00\ud83d, \ufffd\ufffd"
    })
    void aLoneSurrogateIsShown(String what, String text, String storable) {
        assertThat(StorableText.of(text)).as(what).isEqualTo(storable);
        assertThat(StorableText.isStorable(text)).as(what).isFalse();
    }

    @Property
    void everyTextBecomesStorable(@ForAll("anyText") String text) throws CharacterCodingException {
        var storable = StorableText.of(text);

        assertThat(storable).doesNotContain("\0").hasSameSizeAs(text);
        assertThat(StorableText.isStorable(storable)).isTrue();
        assertThat(utf8AndBack(storable)).isEqualTo(storable);
    }

    @Property
    void onlyWhatOffendsIsChanged(@ForAll("anyText") String text) {
        assertThat(StorableText.isStorable(text))
                .isEqualTo(StorableText.of(text).equals(text));
    }

    @Provide
    Arbitrary<String> anyText() {
        // few letters, so that halves of pairs meet often
        return Arbitraries.strings().withChars('a', '\0', HIGH, LOW, '\uffff').ofMaxLength(12);
    }

    /// Fails where the encoder would have to put a question mark.
    private static String utf8AndBack(String text) throws CharacterCodingException {
        ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(java.nio.CharBuffer.wrap(text));
        return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    }
}
