package org.transcriptpipeline.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TakeLinksTest {

    private static final String SECRET = "0123456789abcdef0123456789abcdef";

    @Test
    void aLinkStandsForOneHandoffAndOneDestination() {
        var links = TakeLinks.of("https://transcripts.example.com/", SECRET);
        assertThat(links).isNotNull();

        var path = links.link("h1", "00ff00ff00ff00ff").getPath().split("/");

        assertThat(path).startsWith("", "handoffs", "h1", "00ff00ff00ff00ff").hasSize(5);
        assertThat(links.isGenuine("h1", "00ff00ff00ff00ff", path[4])).isTrue();
        assertThat(links.isGenuine("h2", "00ff00ff00ff00ff", path[4])).isFalse();
        assertThat(links.isGenuine("h1", "00ff00ff00ff00fe", path[4])).isFalse();
        assertThat(links.isGenuine("h1", "00ff00ff00ff00ff", path[4] + "A")).isFalse();
    }

    @Test
    void bothSettingsOrNeither() {
        assertThat(TakeLinks.of(null, " ")).isNull();
        assertThatThrownBy(() -> TakeLinks.of("https://transcripts.example.com", null))
                .isInstanceOf(RulesException.class)
                .hasMessageEndingWith("only the first is set.");
        assertThatThrownBy(() -> TakeLinks.of(null, SECRET)).hasMessageEndingWith("only the second is set.");
        assertThatThrownBy(() -> TakeLinks.of("https://transcripts.example.com", "short"))
                .hasMessage("HANDOFF_LINK_SECRET has fewer than 32 characters.");
        assertThatThrownBy(() -> TakeLinks.of("transcripts", SECRET))
                .hasMessageContaining("CONSOLE_BASE_URL is no URL");
    }
}
