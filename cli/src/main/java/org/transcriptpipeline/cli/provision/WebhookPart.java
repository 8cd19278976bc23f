package org.transcriptpipeline.cli.provision;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.twilio.TwilioSetup;
import org.transcriptpipeline.twilio.setup.ConversationsWebhooks;

/// The webhooks of the Conversations service: all post-action events to us, no pre-action ones.
final class WebhookPart implements Part {

    /// Every post-action event of a conversation. Named explicitly: what no filter means is not documented.
    static final List<String> FILTERS = List.of(
            "onConversationAdded",
            "onConversationUpdated",
            "onConversationStateUpdated",
            "onConversationRemoved",
            "onMessageAdded",
            "onMessageUpdated",
            "onMessageRemoved",
            "onParticipantAdded",
            "onParticipantUpdated",
            "onParticipantRemoved",
            "onDeliveryUpdated");

    private final TwilioSetup setup;
    private final Wish wish;
    private final Owners owners;

    WebhookPart(TwilioSetup setup, Wish wish) {
        this.setup = setup;
        this.wish = wish;
        this.owners = new Owners(wish.address());
    }

    @Override
    public List<Difference> differences() {
        var serviceSid = serviceSid();
        if (serviceSid == null) {
            return List.of(
                    Difference.byHand("Conversations service", null, "a default service, or one named by --service"));
        }
        var is = setup.serviceWebhooks(serviceSid);
        var name = "webhooks of service " + serviceSid;
        var differences = new ArrayList<Difference>();
        var url = wish.url("conversations");
        if (!url.equals(is.postWebhookUrl())) {
            Difference.Fix fix = () -> change(serviceSid, null, url, null, null);
            var owner = ownerOf(is);
            differences.add(new Difference(
                    name + ", post-action URL",
                    Owners.shown(is.postWebhookUrl()),
                    String.valueOf(Owners.shown(url)),
                    owner,
                    fix));
        }
        if (is.filters() == null || !Set.copyOf(is.filters()).containsAll(FILTERS)) {
            differences.add(withOwnerOf(
                    is,
                    new Difference(
                            name + ", events",
                            is.filters() == null || is.filters().isEmpty() ? null : String.join(", ", is.filters()),
                            String.join(", ", FILTERS),
                            null,
                            () -> change(serviceSid, null, null, filtersWith(is.filters()), null))));
        }
        if (!"POST".equals(is.method())) {
            differences.add(withOwnerOf(
                    is,
                    new Difference(
                            name + ", method",
                            is.method(),
                            "POST",
                            null,
                            () -> change(serviceSid, null, null, null, "POST"))));
        }
        if (owners.isOurs(is.preWebhookUrl())) {
            // it can only hold customers' messages up
            differences.add(new Difference(
                    name + ", pre-action URL",
                    Owners.shown(is.preWebhookUrl()),
                    "none",
                    null,
                    () -> change(serviceSid, "", null, null, null)));
        }
        return differences;
    }

    private @Nullable String serviceSid() {
        return wish.serviceSid() != null
                ? wish.serviceSid()
                : setup.configuration().defaultChatServiceSid();
    }

    /// A service's own URL was seen to silence the account's (group MMS, 2026-08), so that one counts as well.
    private @Nullable String ownerOf(ConversationsWebhooks is) {
        if (is.postWebhookUrl() != null && !is.postWebhookUrl().isEmpty()) {
            return owners.isOurs(is.postWebhookUrl()) ? null : Owners.of(is.postWebhookUrl());
        }
        var account = setup.webhooks();
        if ("flex".equals(account.target())) {
            return "Flex, by the account's webhooks, which a service's own URL silences";
        }
        var url = account.postWebhookUrl();
        return url == null || url.isEmpty() || owners.isOurs(url)
                ? null
                : Owners.of(url) + ", by the account's webhooks, which a service's own URL silences";
    }

    private Difference withOwnerOf(ConversationsWebhooks is, Difference difference) {
        var url = is.postWebhookUrl();
        return url == null || url.isEmpty() || owners.isOurs(url)
                ? difference
                : new Difference(
                        difference.setting(), difference.is(), difference.wanted(), Owners.of(url), difference.fix());
    }

    /// What else is ticked stays: somebody may want it.
    private static List<String> filtersWith(@Nullable List<String> present) {
        var filters = new ArrayList<>(FILTERS);
        if (present != null) {
            present.stream().filter(name -> !filters.contains(name)).forEach(filters::add);
        }
        return filters;
    }

    private void change(
            String serviceSid,
            @Nullable String pre,
            @Nullable String post,
            @Nullable List<String> filters,
            @Nullable String method) {
        setup.updateServiceWebhooks(serviceSid, new ConversationsWebhooks(pre, post, method, filters, null));
    }
}
