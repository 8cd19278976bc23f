package org.transcriptpipeline.twilio;

import java.util.HashSet;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Follows a list page by page, and never in a circle.
///
/// ```java
/// for (var page : Pages.of(next -> client.messages(serviceSid, conversationSid, Order.ASC, next))) { … }
/// ```
public final class Pages {

    /// Ten million messages in pages of 100; a list that is longer names new pages for ever.
    static final int MOST_PAGES = 100_000;

    private Pages() {}

    /// Asks for one page of a list.
    @FunctionalInterface
    public interface Source<T> {
        /// @param pageUrl from the page before; null for the first one
        Page<T> page(@Nullable String pageUrl);
    }

    /// Each page is asked for when it is needed. A page that was named before ends in [TwilioException.Unusable]: the
    /// list has then *not* been read to its end.
    public static <T> Iterable<Page<T>> of(Source<T> source) {
        return () -> new Walk<>(source);
    }

    private static final class Walk<T> implements Iterator<Page<T>> {

        private final Source<T> source;
        private final Set<String> seen = new HashSet<>();
        private @Nullable String next;
        private boolean atStart = true;

        Walk(Source<T> source) {
            this.source = source;
        }

        @Override
        public boolean hasNext() {
            return atStart || next != null;
        }

        @Override
        public Page<T> next() {
            if (!hasNext()) {
                throw new NoSuchElementException("The list is at its end.");
            }
            var page = source.page(next);
            atStart = false;
            next = page.nextPageUrl();
            if (next != null && !seen.add(next)) {
                throw new TwilioException.Unusable("A list names a page that it named before.", null);
            }
            if (seen.size() > MOST_PAGES) {
                throw new TwilioException.Unusable("A list has more than " + MOST_PAGES + " pages.", null);
            }
            return page;
        }
    }
}
