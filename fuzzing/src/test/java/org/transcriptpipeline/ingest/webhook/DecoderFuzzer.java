package org.transcriptpipeline.ingest.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.transcriptpipeline.event.EventCodec;
import org.transcriptpipeline.event.EventCodec.Readable;
import org.transcriptpipeline.event.TranscriptEvent;
import org.transcriptpipeline.event.Unknown;
import org.transcriptpipeline.fuzzing.Finding;
import org.transcriptpipeline.ingest.request.Endpoint;
import org.transcriptpipeline.ingest.request.ReceivedRequest;
import org.transcriptpipeline.signature.FormParameters;

/// A proved request becomes an event whatever is in it, the event holds the body as it came, and a reader gets out of
/// the record what was put in. The first byte of the input chooses endpoint and content type, the rest is the body.
public final class DecoderFuzzer {

    private static final String ACCOUNT = "AC" + "0123456789abcdef0123456789abcdef";
    private static final int PARAMETER_LIMIT = 500;
    private static final int EVENT_LIMIT = 2000;

    private static final ConversationWebhookDecoder CONVERSATIONS = new ConversationWebhookDecoder();
    private static final MessageStatusDecoder STATUSES = new MessageStatusDecoder();
    private static final FlowEndedDecoder FLOW_ENDS = new FlowEndedDecoder();
    private static final EventStreamDecoder STREAMS = new EventStreamDecoder(EVENT_LIMIT);
    private static final EventCodec CODEC = new EventCodec();

    /// Not where the backslash itself is escaped: then somebody wrote these six characters.
    private static final Pattern NUL = Pattern.compile("(?<!\\\\)(?:\\\\{2})*\\\\u0000");

    private DecoderFuzzer() {}

    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length == 0) {
            return;
        }
        var body = Arrays.copyOfRange(input, 1, input.length);
        switch (input[0] & 7) {
            case 0, 1 -> checkWhole(CONVERSATIONS.decode(request(Endpoint.CONVERSATIONS, false, body), ACCOUNT), body);
            case 2 -> checkWhole(STATUSES.decode(request(Endpoint.MESSAGE_STATUS, false, body), ACCOUNT), body);
            case 3 -> checkWhole(FLOW_ENDS.decode(request(Endpoint.FLOW_ENDED, false, body), ACCOUNT), body);
            case 4 -> {
                var request = request(Endpoint.FLOW_ENDED, true, body);
                FLOW_ENDS.accountsNamedIn(request);
                checkWhole(FLOW_ENDS.decode(request, ACCOUNT), body);
            }
            default -> {
                for (var event : STREAMS.decode(request(Endpoint.EVENT_STREAMS, true, body), ACCOUNT)) {
                    Finding.unless(
                            !(event instanceof Unknown unknown && "decoder_failed".equals(unknown.reason())),
                            "no decoder fails");
                    check(event);
                }
            }
        }
        var peek = new EventTypePeek();
        peek.look(body, 0, body.length / 2);
        peek.look(body, body.length / 2, body.length);
        var whole = new EventTypePeek();
        whole.look(body, 0, body.length);
        Finding.unless(peek.isPreAction() == whole.isPreAction(), "where a body is cut does not matter");
    }

    private static void checkWhole(TranscriptEvent event, byte[] body) {
        Finding.unless(Arrays.equals(event.source().body(), body), "the body is kept as it came");
        check(event);
    }

    private static void check(TranscriptEvent event) {
        var record = CODEC.encode(event);
        Finding.unless(CODEC.decode(record) instanceof Readable<TranscriptEvent>, "what we write can be read");
        if (CODEC.decode(record) instanceof Readable<TranscriptEvent>(var read)) {
            Finding.unless(Arrays.equals(CODEC.encode(read), record), "a record comes back as it was written");
        }
        Finding.unless(!NUL.matcher(new String(record, UTF_8)).find(), "no text holds a NUL");
        EventCodec.headers(event);
    }

    private static ReceivedRequest request(Endpoint endpoint, boolean isJson, byte[] body) {
        return new ReceivedRequest(
                "fuzzed",
                endpoint,
                "/webhooks/" + endpoint.path(),
                null,
                "127.0.0.1",
                isJson ? "application/json" : "application/x-www-form-urlencoded",
                List.of(),
                null,
                null,
                Instant.EPOCH,
                body,
                endpoint.takesForm() ? FormParameters.parse(body, PARAMETER_LIMIT) : FormParameters.NONE);
    }
}
