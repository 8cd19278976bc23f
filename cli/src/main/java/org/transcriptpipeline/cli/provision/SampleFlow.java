package org.transcriptpipeline.cli.provision;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/// The free puppy hotline as a flow of a conversation: asks, thanks, and reports its end and the answer to us.
final class SampleFlow {

    static final String NAME = Wish.NAME + ": free puppy hotline";

    private static final String RESOURCE = "sample-flow.json";
    private static final String URL = "${FLOW_ENDED_URL}";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private SampleFlow() {}

    /// @return JSON text, as Studio imports it
    static String definition(String flowEndedUrl) {
        var quoted = JsonNodeFactory.instance.stringNode(flowEndedUrl).toString();
        return template().replace("\"" + URL + "\"", quoted);
    }

    /// The URLs that the widgets of a definition call; none where it cannot be read.
    static List<String> urlsIn(String definition) {
        var urls = new ArrayList<String>();
        try {
            for (var state : JSON.readTree(definition).path("states")) {
                var url = state.path("properties").path("url");
                if (url.isString()) {
                    urls.add(url.stringValue());
                }
            }
        } catch (JacksonException _) {
            return List.of(); // then it calls nothing that we know of
        }
        return urls;
    }

    private static String template() {
        try (var in = SampleFlow.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException(RESOURCE + " is missing");
            }
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
