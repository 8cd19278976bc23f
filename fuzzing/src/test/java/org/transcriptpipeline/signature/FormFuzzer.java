package org.transcriptpipeline.signature;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.transcriptpipeline.fuzzing.Finding;
import org.transcriptpipeline.fuzzing.ReferenceForm;

/// The form parser reads what another one, written on another plan, reads of the same bytes.
public final class FormFuzzer {

    private static final int FEW = 3;

    private FormFuzzer() {}

    public static void fuzzerTestOneInput(byte[] body) {
        var form = FormParameters.parse(body, Integer.MAX_VALUE);
        var expected = ReferenceForm.pairs(body);

        Finding.unless(!form.isTruncated(), "nothing is left out below the limit");
        Finding.unless(form.pairs().size() == expected.size(), "every pair is read");
        for (int i = 0; i < expected.size(); i++) {
            var pair = form.pairs().get(i);
            Finding.unless(text(pair.name()).equals(expected.get(i).name()), "a name is decoded");
            Finding.unless(text(pair.value()).equals(expected.get(i).value()), "a value is decoded");
        }
        Finding.unless(
                text(TwilioSignature.signedPartOf(form)).equals(ReferenceForm.signedPart(expected)),
                "the signed part is the names sorted, with their values sorted");

        var few = FormParameters.parse(body, FEW);
        Finding.unless(few.pairs().size() == Math.min(FEW, expected.size()), "the limit is kept");
        Finding.unless(few.isTruncated() == expected.size() > FEW, "what is left out is reported");

        Finding.unless(
                Arrays.equals(
                        TwilioSignature.signedPartOf(form),
                        TwilioSignature.signedPartOf(FormParameters.parse(reversed(body), Integer.MAX_VALUE))),
                "the order of the pairs is not signed");
    }

    private static byte[] reversed(byte[] body) {
        List<String> pieces = new ArrayList<>(List.of(text(body).split("&", -1)));
        Collections.reverse(pieces);
        return String.join("&", pieces).getBytes(ISO_8859_1);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, ISO_8859_1);
    }
}
