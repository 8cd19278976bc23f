package org.transcriptpipeline.signature;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Twilio's published vectors, V1 to V20 of `twilio-reference` 5.5.
@Tag("I4")
class TwilioSignatureTest {

    private static final String TOKEN = "12345";
    private static final String U = "https://mycompany.com/myapp.php?foo=1&bar=2";
    private static final List<String> P = List.of(
            "Digits",
            "1234",
            "CallSid",
            "CA1234567890ABCDE",
            "To",
            "+18005551212",
            "Caller",
            "+14158675309",
            "From",
            "+14158675309");
    private static final List<String> NONE = List.of();

    static Stream<Arguments> vectors() {
        return Stream.of(
                vector("V1", U, P, "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
                vector("V2", "https://mycompany.com:443/myapp.php?foo=1&bar=2", P, "kvajT1Ptam85bY51eRf/AJRuM3w="),
                vector("V3", "http://mycompany.com:80/myapp.php?foo=1&bar=2", P, "0ZXoZLH/DfblKGATFgpif+LLRf4="),
                vector("V4", "http://mycompany.com:1234/myapp.php?foo=1&bar=2", P, "Zmvh+3yNM1Phv2jhDCwEM3q5ebU="),
                vector("V5", U, NONE, "zYQTYrRWXE7LtzbG4PfP7/bkkGo="),
                vector("V6", "https://mycompany.com/myapp.php", P, "1xaxFBvyzXYvWplzNOSs28HWO94="),
                vector(
                        "V7",
                        "https://mycompany.com/myapp.php?foo=hello%20world&bar=test%2Bvalue",
                        P,
                        "er2tvAP1Wx+iuTTE2BPgvEaN1cs="),
                vector(
                        "V8",
                        U,
                        List.of(
                                "Message",
                                "Hello & goodbye! @#$%^*()",
                                "From",
                                "+1 (415) 867-5309",
                                "Special",
                                "unicode: ñáéíóú"),
                        "dCPiR4WtQ6QFN6pJh81CtlCcWLQ="),
                vector(
                        "V9",
                        U,
                        List.of("Digits", "", "CallSid", "CA1234567890ABCDE", "EmptyParam", ""),
                        "9HHp/OqQMEwdrVebHDdA/+tqjX8="),
                vector(
                        "V10",
                        U,
                        List.of("Zebra", "last", "Alpha", "first", "Beta", "second", "Gamma", "third"),
                        "enveUe73ZTVLAekHxez3Qx6JuuQ="),
                vector(
                        "V11",
                        U,
                        List.of("callSid", "lowercase", "CallSid", "uppercase", "CALLSID", "allcaps"),
                        "jDK7WKT8wiNrwggd4ceTv4e1MJ4="),
                vector("V12", "https://mycompany.com/webhook/España?año=2023", P, "G/Hx6mqqnjUNlPAoi2Sp9bGst0g="),
                vector(
                        "V13",
                        U,
                        List.of("MessagingBinding.Address", "+1325xxxxxxx", "MessagingBinding.Address", "+1415xxxxxxx"),
                        "83O6e2vORAoJHUNzJjDWN1jz+BA="),
                vector(
                        "V14",
                        U,
                        List.of(
                                "Sid",
                                "CA123",
                                "SidAccount",
                                "AC123",
                                "Digits",
                                "5678",
                                "Digits",
                                "1234",
                                "Digits",
                                "1234"),
                        "IK+Dwps556ElfBT0I3Rgjkr1wJU="),
                vector(
                        "V15",
                        U + "&bodySHA256=0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620",
                        NONE,
                        "a9nBmqA0ju/hNViExpshrM61xv4="),
                vector(
                        "V16",
                        "https://mycompany.com/myapp.php?bodySHA256=0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620",
                        NONE,
                        "y77kIzt2vzLz71DgmJGsen2scGs="),
                vector(
                        "V17",
                        "https://mycompany.com:443/myapp.php?foo=1&bar=2&bodySHA256=44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
                        NONE,
                        "Ldidvp12m26NI7eqEvxnEpkd9Hc="),
                vector(
                        "V18",
                        "https://user:pass@mycompany.com/myapp.php?foo=1&bar=2",
                        P,
                        "CukzLTc1tT5dXEDIHm/tKBanW10="),
                vector("V19", U + "&Body=It%27s+amazing", P, "TfZzewPq8wqrGlMfyAud8+/IvJ0="),
                vector(
                        "V20",
                        "https://example.com/myapp.php?foo=1&bar=2",
                        List.of(
                                "Digits",
                                "1234",
                                "CallSid",
                                "CA1234567890ABCDE",
                                "To",
                                "+18005551212",
                                "Caller",
                                "+14158675310",
                                "From",
                                "+14158675310"),
                        "L/OH5YylLD5NRKLltdqwSvS0BnU="));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("vectors")
    void computesTwiliosPublishedVectors(String name, String url, List<String> parameters, String expected) {
        assertThat(signature(TOKEN, url, encoded(parameters))).isEqualTo(expected);
    }

    @Test
    void theBodyOfVectors15To17HasTheHashOfTheirQuery() {
        assertThat(TwilioSignature.isHashOf(
                        "{\"property\": \"value\", \"boolean\": true}".getBytes(UTF_8),
                        "0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620"))
                .isTrue();
        assertThat(TwilioSignature.isHashOf(
                        "{}".getBytes(UTF_8), "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"))
                .isTrue();
        assertThat(TwilioSignature.isHashOf(
                        "{\"property\": \"value\", \"boolean\": false}".getBytes(UTF_8),
                        "0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620"))
                .isFalse();
    }

    @Test
    void oneChangedDigitOrAnotherSchemeChangesTheSignature() {
        assertThat(signature(TOKEN, U, encoded(P).replace("1234", "1235")))
                .isNotEqualTo("RSOYDt4T1cUTdK1PDd93/VVr8B8=");
        assertThat(signature(TOKEN, U.replace("https", "http"), encoded(P)))
                .isNotEqualTo("RSOYDt4T1cUTdK1PDd93/VVr8B8=");
    }

    @Test
    void aFragmentIsNotSigned() {
        assertThat(signature(TOKEN, U + "#rc=2", encoded(P))).isEqualTo("RSOYDt4T1cUTdK1PDd93/VVr8B8=");
    }

    private static String signature(String token, String url, String form) {
        var parameters = FormParameters.parse(form.getBytes(UTF_8), 500);
        var byteUrl = new String(url.getBytes(UTF_8), ISO_8859_1);
        return new String(TwilioSignature.of(token, byteUrl, TwilioSignature.signedPartOf(parameters)), ISO_8859_1);
    }

    private static String encoded(List<String> parameters) {
        return Stream.iterate(0, i -> i < parameters.size(), i -> i + 2)
                .map(i -> URLEncoder.encode(parameters.get(i), UTF_8) + "="
                        + URLEncoder.encode(parameters.get(i + 1), UTF_8))
                .collect(Collectors.joining("&"));
    }

    private static Arguments vector(String name, String url, List<String> parameters, String expected) {
        return Arguments.of(name, url, parameters, expected);
    }
}
