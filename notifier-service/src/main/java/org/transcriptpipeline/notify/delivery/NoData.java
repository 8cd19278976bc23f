package org.transcriptpipeline.notify.delivery;

import com.github.kagkarlsson.scheduler.serializer.Serializer;
import org.jspecify.annotations.Nullable;

/// Jobs carry nothing but their name. The library's default would deserialize Java objects from a table.
final class NoData implements Serializer {

    @Override
    public byte @Nullable [] serialize(@Nullable Object data) {
        if (data != null) {
            throw new IllegalArgumentException("a job carries no data");
        }
        return null;
    }

    @Override
    public <T> @Nullable T deserialize(Class<T> type, byte @Nullable [] data) {
        return null;
    }
}
