package org.transcriptpipeline.signature;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// Whatever was encoded is read back, and signed by its sorted, distinct values.
class FormSignaturePropertiesTest {

    record Parameter(String name, String value) {}

    @Property(tries = 500)
    void readsBackAndSignsWhatWasEncoded(@ForAll("forms") List<Parameter> form) {
        var encoded = form.stream()
                .map(parameter ->
                        URLEncoder.encode(parameter.name(), UTF_8) + "=" + URLEncoder.encode(parameter.value(), UTF_8))
                .collect(Collectors.joining("&"));

        var read = FormParameters.parse(encoded.getBytes(UTF_8), 500);

        assertThat(read.pairs().stream()
                        .map(pair -> new Parameter(new String(pair.name(), UTF_8), new String(pair.value(), UTF_8))))
                .containsExactlyElementsOf(form);
        assertThat(read.hasInvalidEscape()).isFalse();
        var expected = new TreeMap<String, TreeSet<String>>();
        form.forEach(parameter ->
                expected.computeIfAbsent(parameter.name(), _ -> new TreeSet<>()).add(parameter.value()));
        var signed = new StringBuilder();
        expected.forEach(
                (name, values) -> values.forEach(value -> signed.append(name).append(value)));
        assertThat(new String(TwilioSignature.signedPartOf(read), UTF_8)).isEqualTo(signed.toString());
    }

    @Property(tries = 500)
    void noBytesMakeTheParserFail(@ForAll byte[] bytes) {
        var read = FormParameters.parse(bytes, 500);

        assertThat(read.pairs())
                .allSatisfy(pair ->
                        assertThat(pair.name().length + pair.value().length).isLessThanOrEqualTo(bytes.length));
    }

    @Provide
    Arbitrary<List<Parameter>> forms() {
        var text = Arbitraries.strings()
                .all()
                .ofMaxLength(12)
                .filter(s -> new String(s.getBytes(UTF_8), UTF_8).equals(s)); // no lone surrogates
        var name = Arbitraries.of(
                "Body", "body", "Sid", "SidA", "MessagingBinding.Address", "ü", "\uD83D\uDE00", "\uFF5E");
        return Combinators.combine(name, text).as(Parameter::new).list().ofMaxSize(12);
    }
}
