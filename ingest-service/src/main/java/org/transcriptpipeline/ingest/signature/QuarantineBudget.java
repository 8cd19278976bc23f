package org.transcriptpipeline.ingest.signature;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.transcriptpipeline.ingest.signature.Proof.Reason;

/// What may still be kept: by reason, by peer and in bytes. One noisy peer or one kind of failure leaves room for
/// the others; of the bytes too, or a peer with large bodies would have all of them.
final class QuarantineBudget {

    private static final int PEERS_REMEMBERED = 4096;

    /// The part of all bytes that one peer may have. At the least it is several of the largest requests at once.
    private static final int BYTES_OF_ONE_PEER = 4;

    private final QuarantineProperties properties;
    private final LongSupplier nanoTime;
    private final Map<Reason, TokenBucket> byReason = new EnumMap<>(Reason.class);
    private final Map<String, Peer> byPeer = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Peer> eldest) {
            return size() > PEERS_REMEMBERED;
        }
    };
    private final TokenBucket bytes;

    QuarantineBudget(QuarantineProperties properties, LongSupplier nanoTime) {
        this.properties = properties;
        this.nanoTime = nanoTime;
        this.bytes = new TokenBucket(properties.bytes().toBytes(), nanoTime.getAsLong());
    }

    private record Peer(TokenBucket requests, TokenBucket bytes) {}

    /// Takes from every budget, or from none.
    synchronized boolean take(Reason reason, String peer, int size) {
        long now = nanoTime.getAsLong();
        var ofReason = byReason.computeIfAbsent(reason, _ -> new TokenBucket(properties.perReason(), now));
        var ofPeer = byPeer.computeIfAbsent(
                peer,
                _ -> new Peer(
                        new TokenBucket(properties.perPeer(), now),
                        new TokenBucket((double) properties.bytes().toBytes() / BYTES_OF_ONE_PEER, now)));
        // each is asked, so that each is refilled
        boolean isEnough = ofReason.holds(1, now)
                & ofPeer.requests().holds(1, now)
                & ofPeer.bytes().holds(size, now)
                & bytes.holds(size, now);
        if (isEnough) {
            ofReason.take(1);
            ofPeer.requests().take(1);
            ofPeer.bytes().take(size);
            bytes.take(size);
        }
        return isEnough;
    }
}
