package org.transcriptpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("S5")
@Tag("S6")
class LeaksTest {

    @Test
    void tokensTextsAndNumbersAreFound(@TempDir Path directory) throws Exception {
        var log = Files.writeString(directory.resolve("log"), """
                INFO Message stored messageSid="IM0a1b2c3d4e5f60718293a4b5c6d7e8f9"
                DEBUG key=secret-token
                WARN cannot reach +12025550143
                WARN at /webhooks?To=%2B12025550143
                WARN Detail: Failing row contains (…, Hi, is my order #1042 late?, …)
                """);

        assertThat(new Leaks("secret-token").in(log))
                .containsExactly(
                        "line 2: the token",
                        "line 3: a phone number",
                        "line 4: a phone number",
                        "line 5: somebody's words");
    }
}
