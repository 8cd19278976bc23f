package org.transcriptpipeline.archive.console;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/// Style and scripts of the pages: a short list of files, read at start. Their hash is in their address, so that a
/// browser keeps them for ever and an upgrade is seen at once.
@RestController
class Assets {

    private static final String WEBJARS = "/META-INF/resources/webjars/";
    private static final MediaType SCRIPT = MediaType.parseMediaType("text/javascript;charset=UTF-8");
    private static final MediaType STYLE = MediaType.parseMediaType("text/css;charset=UTF-8");
    private static final MediaType PICTURE = MediaType.parseMediaType("image/svg+xml");

    private final Map<String, Asset> assets = new HashMap<>();
    private final Map<String, String> addresses = new HashMap<>();

    Assets() {
        var own = "/org/transcriptpipeline/archive/console/";
        List.of(
                        new Source("console.css", own + "console.css", STYLE),
                        new Source("console.js", own + "console.js", SCRIPT),
                        new Source("icon.svg", own + "icon.svg", PICTURE),
                        new Source("htmx.js", WEBJARS + "htmx.org/2.0.10/dist/htmx.min.js", SCRIPT),
                        new Source("uplot.js", WEBJARS + "uplot/1.6.30/dist/uPlot.iife.min.js", SCRIPT),
                        new Source("uplot.css", WEBJARS + "uplot/1.6.30/dist/uPlot.min.css", STYLE))
                .forEach(this::add);
    }

    private void add(Source source) {
        try (var stream = Objects.requireNonNull(Assets.class.getResourceAsStream(source.resource()), source.name())) {
            var bytes = stream.readAllBytes();
            var hash = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes))
                    .substring(0, 16);
            var address = hash + "/" + source.name();
            assets.put(address, new Asset(bytes, source.type()));
            addresses.put(source.name(), "assets/" + address);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /// Where pages find each file, relative to the root.
    Map<String, String> addresses() {
        return Map.copyOf(addresses);
    }

    @GetMapping("/assets/{hash}/{name}")
    ResponseEntity<?> asset(@PathVariable String hash, @PathVariable String name) {
        var asset = assets.get(hash + "/" + name);
        if (asset == null) {
            return Problems.answer(HttpStatus.NOT_FOUND, "There is no such file.");
        }
        return ResponseEntity.ok()
                .contentType(asset.type())
                .cacheControl(
                        CacheControl.maxAge(Duration.ofDays(365)).cachePublic().immutable())
                .body(asset.bytes());
    }

    private record Source(String name, String resource, MediaType type) {}

    @SuppressWarnings("ArrayRecordComponent")
    private record Asset(byte[] bytes, MediaType type) {}
}
