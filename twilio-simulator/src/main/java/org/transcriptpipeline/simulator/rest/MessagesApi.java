package org.transcriptpipeline.simulator.rest;

import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.simulator.world.DeliveryStatus;
import org.transcriptpipeline.simulator.world.Media;
import org.transcriptpipeline.simulator.world.Message;
import org.transcriptpipeline.simulator.world.MessageFields;
import org.transcriptpipeline.simulator.world.Receipt;
import org.transcriptpipeline.simulator.world.TwilioRefusal;
import org.transcriptpipeline.simulator.world.TwilioWorld;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Messages of a conversation and their receipts.
final class MessagesApi {

    private static final String HOST = ConversationsApi.HOST;

    private final TwilioWorld world;

    MessagesApi(TwilioWorld world, Router router) {
        this.world = world;
        for (var root : List.of("/v1", "/v1/Services/{service}")) {
            var all = root + "/Conversations/{conversation}/Messages";
            var one = all + "/{message}";
            router.get(HOST, all, this::list)
                    .post(HOST, all, this::create)
                    .get(HOST, one, call -> Reply.ok(json(call, existing(call))))
                    .post(HOST, one, this::update)
                    .delete(HOST, one, this::remove)
                    .get(HOST, one + "/Receipts", this::receipts)
                    .get(HOST, one + "/Receipts/{receipt}", this::receipt);
        }
    }

    private Reply list(Call call) {
        var all = world.messages(conversationSid(call));
        var order = call.query("Order");
        if (order != null && !order.equals("asc") && !order.equals("desc")) {
            throw TwilioRefusal.badRequest("Order is asc or desc");
        }
        return new Paging<Message>("messages", 50, 100, (m, _) -> m.index(), m -> json(call, m))
                .page(call, "desc".equals(order) ? all.reversed() : all);
    }

    private Reply create(Call call) {
        var made = world.byRest(conversationSid(call), fields(call), call.origin());
        return Reply.created(json(call, made));
    }

    private Reply update(Call call) {
        return Reply.ok(json(call, world.edit(existing(call).sid(), fields(call), call.origin())));
    }

    private Reply remove(Call call) {
        world.removeMessage(existing(call).sid(), call.origin());
        return Reply.REMOVED;
    }

    /// Of media the API takes a SID alone; type, name and size of what was uploaded are made up.
    private static MessageFields fields(Call call) {
        var mediaSid = call.form("MediaSid");
        return new MessageFields(
                call.form("Author"),
                call.form("Body"),
                call.form("Attributes"),
                mediaSid == null ? List.of() : List.of(new Media(mediaSid, "image/jpeg", "picture.jpg", 48_213)),
                Dates.from(call.form("DateCreated"), "DateCreated"));
    }

    private Reply receipts(Call call) {
        var all = world.receipts(existing(call).sid());
        return Paging.<Receipt>counted("delivery_receipts", 50, 50, r -> json(call, r))
                .page(call, all);
    }

    private Reply receipt(Call call) {
        var sid = call.variable("receipt");
        return Reply.ok(world.receipts(existing(call).sid()).stream()
                .filter(r -> r.sid().equals(sid))
                .findFirst()
                .map(r -> json(call, r))
                .orElseThrow(() -> TwilioRefusal.notFound(sid)));
    }

    private String conversationSid(Call call) {
        return ConversationsApi.conversation(world, call).sid();
    }

    private Message existing(Call call) {
        var conversationSid = conversationSid(call);
        var message = world.message(call.variable("message"));
        if (!message.conversationSid().equals(conversationSid)) {
            throw TwilioRefusal.notFound(message.sid());
        }
        return message;
    }

    private ObjectNode json(Call call, Message message) {
        var url = url(call, message.conversationSid(), message.sid());
        var body = JsonNodeFactory.instance
                .objectNode()
                .put("sid", message.sid())
                .put("account_sid", world.accountSid())
                .put("conversation_sid", message.conversationSid())
                .put("index", message.index())
                .put("author", message.author())
                .put("body", message.body().isEmpty() && !message.media().isEmpty() ? null : message.body())
                .put("attributes", message.attributes())
                .put("participant_sid", message.participantSid())
                .put("date_created", Dates.iso(message.dateCreated()))
                .put("date_updated", Dates.iso(message.dateUpdated()))
                .putNull("content_sid");
        if (message.media().isEmpty()) {
            body.putNull("media");
        } else {
            var media = body.putArray("media");
            message.media()
                    .forEach(m -> media.addObject()
                            .put("sid", m.sid())
                            .put("size", m.sizeBytes())
                            .put("content_type", m.contentType())
                            .put("filename", m.filename()));
        }
        body.set("delivery", delivery(world.receipts(message.sid())));
        body.put("url", url)
                .putObject("links")
                .put("delivery_receipts", url + "/Receipts")
                .put("channel_metadata", url + "/ChannelMetadata");
        return inService(call, body);
    }

    private ObjectNode json(Call call, Receipt receipt) {
        return inService(
                call,
                JsonNodeFactory.instance
                        .objectNode()
                        .put("sid", receipt.sid())
                        .put("account_sid", world.accountSid())
                        .put("conversation_sid", receipt.conversationSid())
                        .put("message_sid", receipt.messageSid())
                        .put("channel_message_sid", receipt.channelMessageSid())
                        .put("participant_sid", receipt.participantSid())
                        .put(
                                "status",
                                receipt.status() == null
                                        ? null
                                        : receipt.status().wire())
                        .put("error_code", receipt.errorCode() == null ? 0 : receipt.errorCode())
                        .put("date_created", Dates.iso(receipt.dateCreated()))
                        .put("date_updated", Dates.iso(receipt.dateUpdated()))
                        .put(
                                "url",
                                url(call, receipt.conversationSid(), receipt.messageSid()) + "/Receipts/"
                                        + receipt.sid()));
    }

    private static String url(Call call, String conversationSid, String messageSid) {
        return ConversationsApi.base(call) + "/Conversations/" + conversationSid + "/Messages/" + messageSid;
    }

    private static ObjectNode inService(Call call, ObjectNode body) {
        var service = call.optionalVariable("service");
        return service == null ? body : body.put("chat_service_sid", service);
    }

    /// How many recipients it reached: `all`, `some` or `none`, for each stage; what is delivered was also sent.
    private static @Nullable ObjectNode delivery(List<Receipt> receipts) {
        if (receipts.isEmpty()) {
            return null;
        }
        return JsonNodeFactory.instance
                .objectNode()
                .put("total", receipts.size())
                .put("sent", share(receipts, r -> r != DeliveryStatus.FAILED))
                .put("delivered", share(receipts, r -> r == DeliveryStatus.DELIVERED || r == DeliveryStatus.READ))
                .put("read", share(receipts, r -> r == DeliveryStatus.READ))
                .put("failed", share(receipts, r -> r == DeliveryStatus.FAILED))
                .put("undelivered", share(receipts, r -> r == DeliveryStatus.UNDELIVERED));
    }

    private static String share(List<Receipt> receipts, Predicate<DeliveryStatus> isReached) {
        long reached = receipts.stream()
                .map(Receipt::status)
                .filter(status -> status != null && isReached.test(status))
                .count();
        if (reached == 0) {
            return "none";
        }
        return reached == receipts.size() ? "all" : "some";
    }
}
