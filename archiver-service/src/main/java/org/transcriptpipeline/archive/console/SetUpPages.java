package org.transcriptpipeline.archive.console;

import jakarta.servlet.http.HttpServletRequest;
import java.util.HashMap;
import java.util.List;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.transcriptpipeline.archive.setup.RecentRecords;
import org.transcriptpipeline.archive.setup.RecentRecords.Recent;
import org.transcriptpipeline.archive.setup.SetUpProperties;
import org.transcriptpipeline.archive.setup.Verifications;

/// What Twilio is to be told, what came of it, and whether it is still told so.
@RestController
class SetUpPages {

    private static final Logger log = LoggerFactory.getLogger(SetUpPages.class);

    /// Ingest's endpoints, as words of the page name them.
    private static final List<String> ENDPOINTS =
            List.of("conversations", "message-status", "flow-ended", "event-streams");

    private final RecentRecords records;
    private final Verifications verifications;
    private final SetUpProperties properties;
    private final Pages pages;

    SetUpPages(RecentRecords records, Verifications verifications, SetUpProperties properties, Pages pages) {
        this.records = records;
        this.verifications = verifications;
        this.properties = properties;
        this.pages = pages;
    }

    /// An address that Twilio is to be told.
    ///
    /// @param endpoint see [#ENDPOINTS]
    record Address(String endpoint, String url) {}

    @GetMapping("/set-up")
    ResponseEntity<String> show(@AuthenticationPrincipal ConsoleUser user, HttpServletRequest request)
            throws InterruptedException {
        if (user.team() != null) {
            // what arrived is everybody's
            return pages.failure(HttpStatus.FORBIDDEN, "failure.forbidden", request);
        }
        var variables = new HashMap<String, @Nullable Object>();
        variables.put("addresses", addresses());
        variables.put("verifications", verifications.all());
        variables.put("recent", recent());
        return pages.page("set-up", request, variables);
    }

    private List<Address> addresses() {
        return properties.publicBaseUrls().stream()
                .flatMap(base ->
                        ENDPOINTS.stream().map(endpoint -> new Address(endpoint, base + "/webhooks/" + endpoint)))
                .toList();
    }

    /// @return null: Kafka does not answer, which is no reason to show nothing else
    private @Nullable Recent recent() throws InterruptedException {
        try {
            return records.read();
        } catch (KafkaException e) {
            log.atWarn().addKeyValue("reason", e.getClass().getSimpleName()).log("Kafka did not say what came in last");
            return null;
        }
    }
}
