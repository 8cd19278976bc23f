package org.transcriptpipeline.kafka;

import java.util.List;
import java.util.function.Consumer;

/// Stores what can be stored of a batch: halves it until a record that cannot stands alone, so that one bad record of
/// 500 costs about 18 statements.
public final class Isolation {

    private Isolation() {}

    /// What becomes of a record that cannot be stored.
    ///
    /// @param <T> a record
    public interface Unstorable<T> {
        void setAside(T unstorable, Fault.Data fault);
    }

    /// @param store stores all of them or throws
    /// @throws RuntimeException what `store` threw, where it is not the record's fault ([Fault]): what came
    ///     before it is stored, the rest is not
    public static <T> void store(List<T> batch, Consumer<List<T>> store, Unstorable<T> unstorable) {
        try {
            store.accept(batch);
        } catch (RuntimeException e) {
            if (!(Fault.of(e) instanceof Fault.Data fault)) {
                throw e;
            }
            if (batch.size() == 1) {
                unstorable.setAside(batch.getFirst(), fault);
                return;
            }
            int middle = batch.size() / 2;
            store(batch.subList(0, middle), store, unstorable);
            store(batch.subList(middle, batch.size()), store, unstorable);
        }
    }
}
