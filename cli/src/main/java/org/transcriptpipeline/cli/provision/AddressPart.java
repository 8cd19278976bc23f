package org.transcriptpipeline.cli.provision;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.twilio.Pages;
import org.transcriptpipeline.twilio.TwilioSetup;
import org.transcriptpipeline.twilio.setup.AddressConfiguration;
import org.transcriptpipeline.twilio.setup.AddressConfiguration.AutoCreation;

/// What a message to the number begins: a conversation, with the flow attached where Twilio attaches it.
final class AddressPart implements Part {

    private final TwilioSetup setup;
    private final Wish wish;
    private final Resolved resolved;

    AddressPart(TwilioSetup setup, Wish wish, Resolved resolved) {
        this.setup = setup;
        this.wish = wish;
        this.resolved = resolved;
    }

    @Override
    public List<Difference> differences() {
        var number = wish.number();
        if (number == null) {
            return List.of();
        }
        var name = "address configuration of the number";
        var is = configurationOf(number);
        if (is == null) {
            return List.of(Difference.missing(
                    name, words(wanted()), () -> setup.createAddress(typeOf(number), number, Wish.NAME, wanted())));
        }
        var wanted = wanted();
        if (isAsWanted(is.autoCreation(), wanted)) {
            return List.of();
        }
        return List.of(new Difference(
                name + " (" + is.sid() + ")",
                words(is.autoCreation()),
                words(wanted),
                ownerOf(is),
                () -> setup.updateAddress(is.sid(), Wish.NAME, wanted())));
    }

    /// Asked for again when it is made: an earlier part may have made the flow meanwhile.
    private AutoCreation wanted() {
        if (wish.isAttachedByIngest() || !hasFlow()) {
            return new AutoCreation(true, "default", wish.serviceSid(), null, null, null, null, null);
        }
        return new AutoCreation(true, "studio", wish.serviceSid(), null, null, null, resolved.flowSid(), null);
    }

    private boolean hasFlow() {
        return wish.flowSid() != null || wish.isSampleWanted();
    }

    private static boolean isAsWanted(@Nullable AutoCreation is, AutoCreation wanted) {
        return is != null
                && Boolean.TRUE.equals(is.enabled())
                && Objects.equals(is.type(), wanted.type())
                && (wanted.conversationServiceSid() == null
                        || Objects.equals(is.conversationServiceSid(), wanted.conversationServiceSid()))
                && (!"studio".equals(wanted.type())
                        || (wanted.studioFlowSid() != null
                                && Objects.equals(is.studioFlowSid(), wanted.studioFlowSid())));
    }

    /// Null for one that we have made, and for one that does nothing.
    private static @Nullable String ownerOf(AddressConfiguration is) {
        var autoCreation = is.autoCreation();
        if (Wish.NAME.equals(is.friendlyName())
                || autoCreation == null
                || !Boolean.TRUE.equals(autoCreation.enabled())) {
            return null;
        }
        if (autoCreation.studioFlowSid() != null) {
            return "Studio, flow " + autoCreation.studioFlowSid();
        }
        return autoCreation.webhookUrl() == null ? "whoever set it" : Owners.of(autoCreation.webhookUrl());
    }

    private String words(@Nullable AutoCreation autoCreation) {
        if (autoCreation == null || !Boolean.TRUE.equals(autoCreation.enabled())) {
            return "no conversation is begun";
        }
        var type = String.valueOf(autoCreation.type());
        return switch (type) {
            case "studio" ->
                "conversations with the flow "
                        + (autoCreation.studioFlowSid() == null ? "above" : autoCreation.studioFlowSid());
            case "webhook" -> "conversations with the webhook " + Owners.shown(autoCreation.webhookUrl());
            default -> "conversations" + (wish.isAttachedByIngest() ? ", ingest-service attaches the flow" : "");
        };
    }

    private @Nullable AddressConfiguration configurationOf(String number) {
        for (var page : Pages.of(setup::addresses)) {
            for (var configuration : page.items()) {
                if (number.equals(configuration.address())) {
                    return configuration;
                }
            }
        }
        return null;
    }

    private static String typeOf(String number) {
        int colon = number.indexOf(':');
        return colon < 0 ? "sms" : number.substring(0, colon);
    }
}
