package org.transcriptpipeline.ingest.adoption;

import java.util.List;
import java.util.Locale;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.transcriptpipeline.event.EventCodec;
import org.transcriptpipeline.ingest.request.ReceivedRequest;
import org.transcriptpipeline.ingest.signature.Proof.AccountNeeded;
import org.transcriptpipeline.ingest.signature.Proof.Proved;
import org.transcriptpipeline.ingest.signature.Proof.Refused;
import org.transcriptpipeline.ingest.signature.QuarantinedRequest;
import org.transcriptpipeline.ingest.signature.SignatureCheck;
import org.transcriptpipeline.ingest.webhook.WebhookDecoder;
import org.transcriptpipeline.kafka.EventRecords;

/// Takes up requests that were kept, under the settings of now. The check, the decoders and the records are those
/// of a request that comes in, and so are receive time and idempotency token: the event has the id that it would
/// have had.
public final class Adoption {

    private final String accountSid;
    private final SignatureCheck signatures;
    private final WebhookDecoder decoder = new WebhookDecoder(WebhookDecoder.USUAL_EVENT_LIMIT);
    private final EventRecords records = new EventRecords(new EventCodec());

    /// What became of a request.
    public sealed interface Outcome {}

    /// It can be taken up: these are its records, none for an empty batch of Event Streams.
    public record Adoptable(String accountSid, List<ProducerRecord<String, byte[]>> records) implements Outcome {
        public Adoptable {
            records = List.copyOf(records);
        }

        @Override
        public String toString() {
            return "Adoptable[" + accountSid + " " + records.size() + "]"; // somebody's words
        }
    }

    /// It cannot.
    ///
    /// @param reason why the signature does not prove it, as ingest names it; or `endpoint`, `content_type`,
    ///     `account`
    public record Refusal(String reason) implements Outcome {}

    /// @param tokens the primary first; a secondary may follow
    /// @throws IllegalStateException where a value cannot be what it should, naming the setting, never the value
    public Adoption(String accountSid, List<String> tokens, List<String> publicBaseUrls) {
        this.accountSid = accountSid.strip();
        this.signatures = SignatureCheck.of(accountSid, tokens, publicBaseUrls);
    }

    /// Takes a request up if it can be proved now.
    public Outcome verified(QuarantinedRequest kept) {
        var request = kept.received();
        if (request == null) {
            return new Refusal("endpoint");
        }
        var named = decoder.accountsNamedIn(request, signatures.servedAccounts());
        return switch (signatures.check(request, named)) {
            case Proved(var provedFor, var _) -> decoded(request, provedFor);
            case Refused(var reason, var _) -> new Refusal(reason.name().toLowerCase(Locale.ROOT));
            case AccountNeeded() -> new Refusal("account");
        };
    }

    /// Takes a request up because somebody says that it is genuine. One that names another account is refused even
    /// so.
    public Outcome unverified(QuarantinedRequest kept) {
        var request = kept.received();
        if (request == null) {
            return new Refusal("endpoint");
        }
        var named = decoder.accountsNamedIn(request, signatures.servedAccounts());
        return named.isEmpty() || named.contains(accountSid) ? decoded(request, accountSid) : new Refusal("account");
    }

    private Outcome decoded(ReceivedRequest request, String provedFor) {
        if (!decoder.takesTypeOf(request)) {
            return new Refusal("content_type");
        }
        return new Adoptable(
                provedFor,
                decoder.decode(request, provedFor).stream()
                        .map(records::fitting)
                        .toList());
    }
}
