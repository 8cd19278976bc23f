package org.transcriptpipeline.simulator.rest;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.simulator.Sids;
import org.transcriptpipeline.simulator.world.Binding;
import org.transcriptpipeline.simulator.world.Conversation;
import org.transcriptpipeline.simulator.world.Message;
import org.transcriptpipeline.simulator.world.Origin;
import org.transcriptpipeline.simulator.world.Participant;
import org.transcriptpipeline.simulator.world.Receipt;
import org.transcriptpipeline.simulator.world.TwilioRefusal;
import org.transcriptpipeline.simulator.world.TwilioWorld;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Messages of Programmable Messaging: what conversations sent and got by a channel, and plain ones made here. Each
/// has a text of its own, so it is redacted and removed apart from the conversation's.
final class ProgrammableMessages {

    private static final String HOST = "api.twilio.com";
    private static final int DEFAULT_SIZE = 50;
    private static final int MOST_SIZE = 1000;

    private final TwilioWorld world;
    private final Clock clock;
    private final Documents plain = new Documents();
    private final Set<String> redacted = ConcurrentHashMap.newKeySet();
    private final Set<String> removed = ConcurrentHashMap.newKeySet();

    private record Row(
            String sid,
            String from,
            String to,
            String body,
            String direction,
            String status,
            @Nullable Integer errorCode,
            @Nullable String serviceSid,
            int media,
            Instant at) {}

    ProgrammableMessages(TwilioWorld world, Clock clock, Router router) {
        this.world = world;
        this.clock = clock;
        var all = "/2010-04-01/Accounts/{account}/Messages";
        router.get(HOST, all + ".json", this::list)
                .post(HOST, all + ".json", this::create)
                .get(HOST, all + "/{sms}.json", call -> Reply.ok(json(existing(call))))
                .post(HOST, all + "/{sms}.json", this::redact)
                .delete(HOST, all + "/{sms}.json", this::remove);
    }

    private Reply list(Call call) {
        var to = call.query("To");
        var from = call.query("From");
        var on = call.query("DateSent");
        var after = Dates.from(call.query("DateSent>") == null ? on : call.query("DateSent>"), "DateSent>");
        var before = Dates.until(call.query("DateSent<") == null ? on : call.query("DateSent<"), "DateSent<");
        var rows = rows(call).stream()
                .filter(r -> to == null || r.to().equals(to))
                .filter(r -> from == null || r.from().equals(from))
                .filter(r -> after == null || !r.at().isBefore(after))
                .filter(r -> before == null || r.at().isBefore(before))
                .toList();
        return Paging.<Row>counted("messages", DEFAULT_SIZE, MOST_SIZE, this::json)
                .flatPage(call, rows);
    }

    private Reply create(Call call) {
        PhoneNumbers.refuseOtherAccounts(world, call);
        var service = call.form("MessagingServiceSid");
        var from = service == null ? call.required("From") : call.form("From");
        var sid = plain.sid("SM", world.accountSid());
        plain.put(
                sid,
                JsonNodeFactory.instance
                        .objectNode()
                        .put("sid", sid)
                        .put("from", from)
                        .put("to", call.required("To"))
                        .put("body", call.required("Body"))
                        .put("service", service)
                        .put("at", clock.millis()));
        return Reply.created(json(existing(sid, call)));
    }

    private Reply redact(Call call) {
        var row = existing(call);
        if (!"".equals(call.form("Body"))) {
            throw TwilioRefusal.badRequest("Body can only be emptied");
        }
        redacted.add(row.sid());
        return Reply.ok(json(existing(call)));
    }

    private Reply remove(Call call) {
        removed.add(existing(call).sid());
        return Reply.REMOVED;
    }

    private Row existing(Call call) {
        return existing(call.variable("sms"), call);
    }

    private Row existing(String sid, Call call) {
        return rows(call).stream()
                .filter(r -> r.sid().equals(sid))
                .findFirst()
                .orElseThrow(() -> TwilioRefusal.notFound(sid));
    }

    private List<Row> rows(Call call) {
        PhoneNumbers.refuseOtherAccounts(world, call);
        var rows = new ArrayList<Row>();
        for (var conversation : world.conversations()) {
            var participants = world.participants(conversation.sid());
            for (var message : world.messages(conversation.sid())) {
                if (message.origin() == Origin.CARRIER) {
                    add(rows, inbound(conversation, message, participants));
                } else {
                    world.receipts(message.sid())
                            .forEach(receipt -> add(rows, outbound(conversation, message, receipt, participants)));
                }
            }
        }
        for (var document : plain.all()) {
            var text = redacted.contains(document.path("sid").asString())
                    ? ""
                    : document.path("body").asString();
            add(
                    rows,
                    new Row(
                            document.path("sid").asString(),
                            document.path("from").asString(""),
                            document.path("to").asString(),
                            text,
                            "outbound-api",
                            "queued",
                            null,
                            document.path("service").isNull()
                                    ? null
                                    : document.path("service").asString(),
                            0,
                            Instant.ofEpochMilli(document.path("at").asLong())));
        }
        return rows;
    }

    private void add(List<Row> rows, @Nullable Row row) {
        if (row != null && !removed.contains(row.sid())) {
            rows.add(row);
        }
    }

    private @Nullable Row inbound(Conversation conversation, Message message, List<Participant> participants) {
        var binding = binding(participants, message.participantSid());
        if (binding == null) {
            return null; // who wrote it left
        }
        // Nothing at Twilio leads from an inbound message to this SID either.
        var sid = Sids.of(message.media().isEmpty() ? "SM" : "MM", message.sid());
        return new Row(
                sid,
                message.author(),
                ours(binding, participants),
                text(sid, message),
                "inbound",
                "received",
                null,
                conversation.messagingServiceSid(),
                message.media().size(),
                message.dateCreated());
    }

    private @Nullable Row outbound(
            Conversation conversation, Message message, Receipt receipt, List<Participant> participants) {
        var binding = binding(participants, receipt.participantSid());
        if (binding == null || binding.address() == null) {
            return null;
        }
        return new Row(
                receipt.channelMessageSid(),
                ours(binding, participants),
                binding.address(),
                text(receipt.channelMessageSid(), message),
                "outbound-api",
                receipt.status() == null ? "queued" : receipt.status().name().toLowerCase(Locale.ROOT),
                receipt.errorCode(),
                conversation.messagingServiceSid(),
                message.media().size(),
                receipt.dateCreated());
    }

    private String text(String sid, Message message) {
        return redacted.contains(sid) ? "" : message.body();
    }

    private static @Nullable Binding binding(List<Participant> participants, @Nullable String sid) {
        for (var participant : participants) {
            if (participant.sid().equals(sid)) {
                return participant.binding();
            }
        }
        return null;
    }

    private static String ours(Binding binding, List<Participant> participants) {
        if (binding.proxyAddress() != null) {
            return binding.proxyAddress();
        }
        for (var participant : participants) {
            var other = participant.binding();
            if (other != null && other.projectedAddress() != null) {
                return other.projectedAddress();
            }
        }
        return "";
    }

    private ObjectNode json(Row row) {
        var uri = "/2010-04-01/Accounts/" + world.accountSid() + "/Messages/" + row.sid();
        var body = JsonNodeFactory.instance
                .objectNode()
                .put("sid", row.sid())
                .put("account_sid", world.accountSid())
                .put("api_version", "2010-04-01")
                .put("body", row.body())
                .put("from", row.from().isEmpty() ? null : row.from())
                .put("to", row.to())
                .put("direction", row.direction())
                .put("status", row.status())
                .put("error_code", row.errorCode())
                .putNull("error_message")
                .put("messaging_service_sid", row.serviceSid())
                .put("num_media", Integer.toString(row.media()))
                .put("num_segments", "1")
                .putNull("price")
                .putNull("price_unit")
                .put("date_created", Dates.mail(row.at()))
                .put("date_sent", Dates.mail(row.at()))
                .put("date_updated", Dates.mail(row.at()))
                .put("uri", uri + ".json");
        body.putObject("subresource_uris").put("media", uri + "/Media.json");
        return body;
    }
}
