package org.transcriptpipeline.simulator.world;

import java.util.List;

/// The webhooks of single conversations. Not thread-safe: the world's monitor guards it.
final class ScopedWebhooks {

    private static final int MOST = 5;

    private final Core core;
    private final Studio studio;

    ScopedWebhooks(Core core, Studio studio) {
        this.core = core;
        this.studio = studio;
    }

    ScopedWebhook add(ConversationLog log, ScopedWebhook.Target target, ScopedWebhook.Fields fields) {
        if (log.webhooks().size() >= MOST) {
            throw TwilioRefusal.badRequest("A conversation has at most " + MOST + " webhooks");
        }
        var now = core.now();
        var webhook = new ScopedWebhook(core.sid("WH"), log.conversation().sid(), target, fields, now, now);
        log.webhooks().put(webhook.sid(), webhook);
        if (target == ScopedWebhook.Target.STUDIO && fields.flowSid() != null && fields.replayAfter() != null) {
            studio.replay(log, fields.flowSid(), fields.replayAfter());
        }
        return webhook;
    }

    ScopedWebhook update(ConversationLog log, String webhookSid, ScopedWebhook.Fields change) {
        var old = log.webhook(webhookSid);
        var changed = new ScopedWebhook(
                old.sid(),
                old.conversationSid(),
                old.target(),
                old.fields().with(change),
                old.dateCreated(),
                core.now());
        log.webhooks().put(webhookSid, changed);
        return changed;
    }

    void remove(ConversationLog log, String webhookSid) {
        log.webhooks().remove(log.webhook(webhookSid).sid());
    }

    List<ScopedWebhook> of(ConversationLog log) {
        return List.copyOf(log.webhooks().values());
    }
}
