package org.transcriptpipeline.ingest.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.fuzzing.Finding;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A batch is taken apart into what a JSON parser finds in it, byte for byte, or kept whole.
public final class CloudEventBatchFuzzer {

    private static final int LIMIT = 50;
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private CloudEventBatchFuzzer() {}

    public static void fuzzerTestOneInput(byte[] body) {
        var batch = CloudEventBatch.of(body, LIMIT);
        if (batch.problem() != null) {
            Finding.unless(
                    batch.slices().size() == 1 && batch.slices().getFirst() == body,
                    "what cannot be taken apart is kept whole");
        }
        var tree = tree(body);
        if (tree == null) {
            return;
        }
        List<JsonNode> expected = new ArrayList<>();
        if (tree.isArray()) {
            tree.forEach(expected::add);
        } else {
            expected.add(tree);
        }
        if (batch.problem() != null) {
            Finding.unless(expected.size() > LIMIT || !isUtf8(body), "JSON in UTF-8 below the limit is taken apart");
            return;
        }
        var slices = batch.slices().stream().map(CloudEventBatchFuzzer::tree).toList();
        Finding.unless(slices.equals(expected), "each slice is one event");
    }

    /// Null where this is no JSON, or where it goes deeper than this parser does.
    private static @Nullable JsonNode tree(byte[] json) {
        try {
            var tree = MAPPER.readTree(json);
            return tree.isMissingNode() ? null : tree;
        } catch (JacksonException e) {
            return null;
        }
    }

    /// What is not UTF-8 is no JSON between systems, though some of it is read in a name. UTF-16 and 32 have zero bytes
    /// in what they write, and no JSON in UTF-8 has.
    private static boolean isUtf8(byte[] json) {
        try {
            var text = UTF_8.newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(json))
                    .toString();
            return text.indexOf('\0') < 0;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
