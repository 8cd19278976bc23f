package org.transcriptpipeline.archive.console;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/// The description of the API, written by hand as `openapi.json`: one that is made from the code says whatever the code
/// does. `ApiDescriptionTest` holds both against each other.
@RestController
class DescriptionApi {

    private final byte[] description = read();

    @GetMapping("/api/openapi.json")
    ResponseEntity<Object> describe() {
        return EntityTags.json(description, new HttpHeaders());
    }

    private static byte[] read() {
        try (var in = Objects.requireNonNull(DescriptionApi.class.getResourceAsStream("openapi.json"), "in the jar")) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
