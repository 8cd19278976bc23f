package org.transcriptpipeline.kafka;

import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/// What a service does with the records of a poll. [BatchConsumer] decides about retry, isolation and pause.
public interface BatchHandler {

    /// Stores all of these and the position behind them, in one transaction, or nothing.
    void store(List<ConsumerRecord<byte[], byte[]>> records);

    /// Sets one record aside with its bytes, and stores the position behind it, in one transaction. Repeating it is
    /// harmless.
    ///
    /// @param reason a word, see [Fault.Data]
    void quarantine(ConsumerRecord<byte[], byte[]> unstorable, String reason, @Nullable String sqlState);

    /// Whether somebody allows more records to be set aside for this reason than [QuarantineBreaker] does
    /// (`faults.md` D8). Asked only once it does not.
    boolean isQuarantineAllowed(String reason);
}
