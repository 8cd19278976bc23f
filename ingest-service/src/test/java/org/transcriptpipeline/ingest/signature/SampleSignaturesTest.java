package org.transcriptpipeline.ingest.signature;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.transcriptpipeline.ingest.Twilio;
import org.transcriptpipeline.ingest.Twilio.Sample;
import org.transcriptpipeline.signature.FormParameters;
import org.transcriptpipeline.signature.TwilioSignature;

/// The signatures of the reference's samples (`twilio-reference` 2.9 and 7.3).
class SampleSignaturesTest {

    static List<Sample> samples() {
        return Twilio.samples();
    }

    @ParameterizedTest
    @MethodSource("samples")
    void computesTheSignaturesOfTheSamples(Sample sample) {
        assertThat(signature(Twilio.TOKEN, "https://ingest.example.com" + sample.path(), sample.body()))
                .isEqualTo(sample.signature());
    }

    @Test
    void computesTheSignatureOfTheEventStreamSample() {
        var hash = "d57699db04af24e6ba739eb6b41105147b0ae0d0734ff36436bf6e79f0ee501a";

        assertThat(TwilioSignature.isHashOf(Twilio.eventStreamSample().getBytes(UTF_8), hash))
                .isTrue();
        assertThat(signature(Twilio.TOKEN, "https://ingest.example.com/twilio/events?bodySHA256=" + hash, ""))
                .isEqualTo("zxzQFSltzaEAf09WJQbiRTf6I38=");
    }

    private static String signature(String token, String url, String form) {
        var parameters = FormParameters.parse(form.getBytes(UTF_8), 500);
        var byteUrl = new String(url.getBytes(UTF_8), ISO_8859_1);
        return new String(TwilioSignature.of(token, byteUrl, TwilioSignature.signedPartOf(parameters)), ISO_8859_1);
    }
}
