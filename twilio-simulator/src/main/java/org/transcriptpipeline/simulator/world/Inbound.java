package org.transcriptpipeline.simulator.world;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.simulator.world.AddressConfiguration.AutoCreation;

/// Where a customer's text goes: into the open conversation of its numbers, or into a new one
/// (/docs/conversations-classic/inbound-autocreation). Not thread-safe: the world's monitor guards it.
final class Inbound {

    private final Settings settings;
    private final ConversationBook conversations;
    private final MessageBook messages;
    private final ScopedWebhooks webhooks;

    Inbound(Settings settings, ConversationBook conversations, MessageBook messages, ScopedWebhooks webhooks) {
        this.settings = settings;
        this.conversations = conversations;
        this.messages = messages;
        this.webhooks = webhooks;
    }

    /// @return empty when the text belongs to no conversation
    Optional<Message> text(String from, String to, MessageFields fields) {
        var open = conversations.route(ConversationBook.pair(from, to));
        var log = open == null ? autocreated(to, List.of(Binding.of(from, to))) : open;
        return log == null ? Optional.empty() : Optional.of(messages.add(log, fields, Origin.CARRIER));
    }

    /// A group is known by the set of all its numbers, ours among them.
    Optional<Message> group(String from, List<String> others, String to, MessageFields fields) {
        var group = ConversationBook.group(Stream.concat(Stream.of(from, to), others.stream()));
        var open = conversations.route(group);
        var log = open;
        if (log == null) {
            var bindings = new ArrayList<Binding>();
            bindings.add(new Binding(from, null, null));
            others.forEach(other -> bindings.add(new Binding(other, null, null)));
            bindings.add(new Binding(null, null, to));
            log = autocreated(to, bindings);
        }
        if (log == null) {
            return Optional.empty();
        }
        conversations.claimGroup(log, group);
        return Optional.of(messages.add(log, fields, Origin.CARRIER));
    }

    private @Nullable ConversationLog autocreated(String to, List<Binding> bindings) {
        var configuration = settings.addressOf(to);
        var creation = configuration == null ? null : configuration.autoCreation();
        if (creation == null ? !settings.isAutocreating() : !creation.isEnabled()) {
            return null;
        }
        var serviceSid = creation == null || creation.serviceSid() == null
                ? settings.defaultServiceSid()
                : creation.serviceSid();
        var log = conversations.create(serviceSid, ConversationFields.NONE, bindings, Origin.CARRIER);
        for (var binding : bindings) {
            conversations.addParticipant(log, ParticipantFields.reachedBy(binding), Origin.CARRIER);
        }
        if (creation != null) {
            attach(log, creation);
        }
        return log;
    }

    private void attach(ConversationLog log, AutoCreation creation) {
        switch (creation.type()) {
            case "studio" -> {
                if (creation.studioFlowSid() != null) {
                    var fields = ScopedWebhook.Fields.studio(creation.studioFlowSid(), null);
                    webhooks.add(log, ScopedWebhook.Target.STUDIO, fields);
                }
            }
            case "webhook" ->
                webhooks.add(
                        log,
                        ScopedWebhook.Target.WEBHOOK,
                        new ScopedWebhook.Fields(
                                creation.webhookUrl(),
                                creation.webhookMethod(),
                                creation.webhookFilters(),
                                List.of(),
                                null,
                                null));
            default -> {
                // `default` attaches nothing
            }
        }
    }
}
