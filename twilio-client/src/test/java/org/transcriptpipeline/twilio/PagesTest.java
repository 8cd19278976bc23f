package org.transcriptpipeline.twilio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.transcriptpipeline.twilio.TwilioException.Unusable;

class PagesTest {

    private static Page<Integer> page(int item, String next) {
        return new Page<>(List.of(item), next, Instant.EPOCH);
    }

    @Test
    void pagesComeInTheirOrderAndWhenTheyAreNeeded() {
        var asked = new ArrayList<String>();
        var pages = Pages.of(url -> {
                    asked.add(url);
                    return switch (url) {
                        case null -> page(1, "a");
                        case "a" -> page(2, "b");
                        default -> page(3, null);
                    };
                })
                .iterator();

        assertThat(pages.next().items()).containsExactly(1);
        assertThat(asked).hasSize(1);
        assertThat(pages.next().items()).containsExactly(2);
        assertThat(pages.next().items()).containsExactly(3);
        assertThat(pages.hasNext()).isFalse();
        assertThat(asked).containsExactly(null, "a", "b");
    }

    @Test
    @Tag("T2")
    void aCircleIsUnusable() {
        var pages =
                Pages.<Integer>of(url -> page(1, "a".equals(url) ? "b" : "a")).iterator();
        pages.next();
        pages.next();

        assertThatThrownBy(pages::next).isInstanceOf(Unusable.class);
    }

    @Test
    @Tag("T2")
    void aListThatNamesNewPagesForEverIsUnusable() {
        var count = new AtomicInteger();

        assertThatThrownBy(() ->
                        Pages.of(_ -> page(1, "page" + count.incrementAndGet())).forEach(_ -> {}))
                .isInstanceOf(Unusable.class);
        assertThat(count).hasValue(Pages.MOST_PAGES + 1);
    }
}
