package org.transcriptpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.transcriptpipeline.simulator.Answer;
import org.transcriptpipeline.simulator.Parameter;
import org.transcriptpipeline.simulator.Webhook;
import tools.jackson.databind.json.JsonMapper;

/// What both sources know, through webhooks, through Event Streams, and through both: the same rows.
class SameFactsIT {

    private static final JsonMapper JSON = JsonMapper.shared();

    private static final List<String> VIEWS = List.of(
            "conversations", "messages", "message_revisions", "participants", "deliveries", "delivery_events", "media");

    /// When we heard of something and from whom; and what the other source does not say (`twilio-reference` 7.4, 4.2):
    /// a stream no service and no attributes, a status callback no time, a stream no words of the channel.
    private static final String NOT_COMPARED = """
            '{received_at, first_received_at, first_seen_at, last_seen_at, sources, source,
              service_sid, attributes, attributes_json, occurred_at, error_text}'::text[]""";

    @TempDir
    static Path directory;

    @Test
    @Tag("T5")
    void thatBothSourcesKnowGivesTheSameRows() throws Exception {
        try (var standalone = StandaloneProcess.withAccount(directory, "same-facts")) {
            standalone.start();
            var byWebhook = new Samples(1);
            var byStream = new Samples(2);
            var byBoth = new Samples(3);
            var all = new ArrayList<Webhook>();
            all.addAll(webhooks(byWebhook, standalone));
            all.addAll(streamed(webhooks(byStream, standalone)));
            all.addAll(webhooks(byBoth, standalone));
            all.addAll(streamed(webhooks(byBoth, standalone)));
            Collections.shuffle(all, new Random(7));

            try (var twilio = standalone.twilio()) {
                for (var request : all) {
                    assertThat(twilio.post(request))
                            .isInstanceOfSatisfying(
                                    Answer.Answered.class,
                                    answer -> assertThat(answer.status()).isEqualTo(204));
                }
            }

            await().atMost(60, TimeUnit.SECONDS)
                    .pollInterval(Duration.ofMillis(300))
                    .untilAsserted(() -> {
                        var expected = rows(standalone, byWebhook);
                        assertThat(expected.get("messages")).hasSize(3);
                        assertThat(expected.get("deliveries")).hasSize(2);
                        for (var view : VIEWS) {
                            assertThat(rows(standalone, byStream).get(view))
                                    .as("%s by stream", view)
                                    .isEqualTo(expected.get(view));
                            assertThat(rows(standalone, byBoth).get(view))
                                    .as("%s by both", view)
                                    .isEqualTo(expected.get(view));
                        }
                    });
            assertThat(standalone
                            .database()
                            .sql("SELECT DISTINCT source FROM transcripts.freshness ORDER BY 1")
                            .query(String.class)
                            .list())
                    .contains("event_stream", "webhook", "status_callback");
        }
    }

    /// The samples but for those that no stream tells: deliveries of a conversation, and what is asked before it
    /// happens.
    private static List<Webhook> webhooks(Samples samples, StandaloneProcess standalone) throws Exception {
        return samples.webhooks(standalone.accountSid()).stream()
                .filter(webhook -> !webhook.body().contains("EventType=onDeliveryUpdated"))
                .filter(webhook -> !webhook.body().contains("EventType=onConversationAdd&"))
                .toList();
    }

    /// In batches of three.
    private static List<Webhook> streamed(List<Webhook> webhooks) {
        var batches = new ArrayList<Webhook>();
        for (int from = 0; from < webhooks.size(); from += 3) {
            var batch = webhooks.subList(from, Math.min(webhooks.size(), from + 3)).stream()
                    .map(SameFactsIT::cloudEvent)
                    .collect(Collectors.joining(",", "[", "]"));
            batches.add(new Webhook(Webhook.EVENT_STREAMS, "batch", List.of(), "batch " + from, batch));
        }
        return batches;
    }

    /// The same fact in the stream's form.
    private static String cloudEvent(Webhook webhook) {
        var parameters = new LinkedHashMap<String, String>();
        for (Parameter parameter : webhook.parameters()) {
            parameters.put(parameter.name(), parameter.value());
        }
        return webhook.path().equals(Webhook.MESSAGE_STATUS) ? status(parameters) : conversation(parameters);
    }

    private static String status(Map<String, String> parameters) {
        var data = new LinkedHashMap<String, Object>();
        var status = parameters.get("MessageStatus");
        data.put("messageSid", parameters.get("MessageSid"));
        data.put("accountSid", parameters.get("AccountSid"));
        data.put("messageStatus", status.toUpperCase(Locale.ROOT));
        data.put("timestamp", "2026-03-02T14:05:20.000Z");
        data.put("from", parameters.get("From"));
        data.put("to", parameters.get("To"));
        data.put("messagingServiceSid", parameters.get("MessagingServiceSid"));
        data.put(
                "errorCode", parameters.containsKey("ErrorCode") ? Integer.valueOf(parameters.get("ErrorCode")) : null);
        data.put("rawDlrDoneDate", parameters.get("RawDlrDoneDate"));
        return envelope("com.twilio.messaging.message." + status, data);
    }

    private static String conversation(Map<String, String> parameters) {
        var data = new LinkedHashMap<String, Object>();
        var binding = new LinkedHashMap<String, Object>();
        parameters.forEach((name, value) -> {
            switch (name) {
                case "EventType", "Source", "RetryCount", "ChatServiceSid", "Attributes", "ClientIdentity" -> {}
                case "Index" -> data.put(name, Long.valueOf(value));
                case "Body" -> data.put("MessageBody", value);
                case "Media" -> data.put(name, JSON.readTree(value.replace("\"Sid\"", "\"MediaSid\"")));
                default -> {
                    if (name.startsWith("MessagingBinding.")) {
                        binding.put(name.substring("MessagingBinding.".length()), value);
                    } else {
                        data.put(name, value);
                    }
                }
            }
        });
        if (!binding.isEmpty()) {
            data.put("MessagingBinding", binding);
        }
        var words = parameters
                .get("EventType")
                .substring("on".length())
                .replaceAll("(Added|Updated|Removed)$", ".$1")
                .replace("ConversationState", "conversation-state")
                .toLowerCase(Locale.ROOT);
        return envelope("com.twilio.conversations." + words, data);
    }

    private static String envelope(String type, Map<String, Object> data) {
        var event = new LinkedHashMap<String, Object>();
        event.put("specversion", "1.0");
        event.put("type", type);
        event.put("time", "2026-03-04T10:00:00.000Z");
        event.put("data", data);
        return JSON.writeValueAsString(event);
    }

    /// The rows of one run as JSON, with the SIDs of the reference, each once.
    private static Map<String, List<String>> rows(StandaloneProcess standalone, Samples samples) {
        var rows = new TreeMap<String, List<String>>();
        for (var view : VIEWS) {
            rows.put(
                    view,
                    standalone
                            .database()
                            .sql("SELECT (to_jsonb(v) - " + NOT_COMPARED + ")::text FROM transcripts." + view + " v")
                            .query(String.class)
                            .list()
                            .stream()
                            .filter(samples::isOfThisRun)
                            .map(samples::original)
                            .distinct()
                            .sorted()
                            .toList());
        }
        return rows;
    }
}
