package org.transcriptpipeline.simulator.rest;

import java.net.URI;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.simulator.world.Media;
import org.transcriptpipeline.simulator.world.Message;
import org.transcriptpipeline.simulator.world.TwilioRefusal;
import org.transcriptpipeline.simulator.world.TwilioWorld;
import tools.jackson.databind.node.JsonNodeFactory;

/// The Media Content Service: what it knows of an attachment, for the account, and the bytes behind the temporary
/// link, for everybody. On which host Twilio keeps them is not documented: here they are below the stand-in's own
/// address, and the link does not expire.
final class MediaApi {

    static final String HOST = "mcs.us1.twilio.com";
    static final String CONTENT_HOST = "media.content";

    private final TwilioWorld world;
    private final Supplier<URI> baseUrl;
    private final Map<String, Reply.File> files = new ConcurrentHashMap<>();

    MediaApi(TwilioWorld world, Supplier<URI> baseUrl, Router router) {
        this.world = world;
        this.baseUrl = baseUrl;
        router.get(HOST, "/v1/Services/{service}/Media/{media}", this::media)
                .get(CONTENT_HOST, "/{service}/{media}", this::content);
    }

    void put(String mediaSid, String contentType, byte[] bytes) {
        files.put(mediaSid, new Reply.File(contentType, bytes));
    }

    private record Found(Message message, Media media) {}

    private Reply media(Call call) {
        var found = found(call);
        var file = file(found.media());
        var service = call.variable("service");
        var url = "https://" + HOST + "/v1/Services/" + service + "/Media/"
                + found.media().sid();
        var body = JsonNodeFactory.instance
                .objectNode()
                .put("sid", found.media().sid())
                .put("account_sid", world.accountSid())
                .put("service_sid", service)
                .put("channel_sid", found.message().conversationSid())
                .put("message_sid", found.message().sid())
                .put("size", file.bytes().length)
                .put("content_type", file.contentType())
                .put("file_name", found.media().filename())
                .put("author", found.message().author())
                .put("date_created", Dates.iso(found.message().dateCreated()))
                .put("date_updated", Dates.iso(found.message().dateCreated()))
                .put("url", url);
        body.putObject("links")
                .put("content", url + "/Content")
                .put(
                        "content_direct_temporary",
                        baseUrl.get() + "/" + CONTENT_HOST + "/" + service + "/"
                                + found.media().sid());
        return Reply.ok(body);
    }

    private Reply content(Call call) {
        var file = file(found(call).media());
        return Reply.file(file.contentType(), file.bytes());
    }

    private Reply.File file(Media media) {
        var put = files.get(media.sid());
        return put == null ? Pictures.of(media) : put;
    }

    /// In the service of its conversation alone.
    private Found found(Call call) {
        var service = call.variable("service");
        var sid = call.variable("media");
        for (var conversation : world.conversations()) {
            if (conversation.serviceSid().equals(service)) {
                var found = found(conversation.sid(), sid);
                if (found != null) {
                    return found;
                }
            }
        }
        throw TwilioRefusal.notFound(sid);
    }

    private @Nullable Found found(String conversationSid, String mediaSid) {
        for (var message : world.messages(conversationSid)) {
            for (var media : message.media()) {
                if (media.sid().equals(mediaSid)) {
                    return new Found(message, media);
                }
            }
        }
        return null;
    }
}
