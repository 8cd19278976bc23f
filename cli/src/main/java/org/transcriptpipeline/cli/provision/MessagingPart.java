package org.transcriptpipeline.cli.provision;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.twilio.Pages;
import org.transcriptpipeline.twilio.TwilioSetup;
import org.transcriptpipeline.twilio.setup.ConversationsConfiguration;
import org.transcriptpipeline.twilio.setup.IncomingPhoneNumber;
import org.transcriptpipeline.twilio.setup.MessagingService;

/// The messaging service that conversations send through: it tells us what becomes of each message, and has the
/// number.
final class MessagingPart implements Part {

    private final TwilioSetup setup;
    private final Wish wish;
    private final Resolved resolved;
    private final Owners owners;

    MessagingPart(TwilioSetup setup, Wish wish, Resolved resolved) {
        this.setup = setup;
        this.wish = wish;
        this.resolved = resolved;
        this.owners = new Owners(wish.address());
    }

    @Override
    public List<Difference> differences() {
        var differences = new ArrayList<Difference>();
        var service = service();
        if (service == null) {
            differences.add(Difference.missing(
                    "messaging service \"" + Wish.NAME + "\"",
                    "status callback " + Owners.shown(wish.url("message-status")),
                    () -> resolved.messagingServiceIs(setup.createMessagingService(
                                    new MessagingService.Settings(Wish.NAME, wish.url("message-status"), null))
                            .sid())));
        } else {
            resolved.messagingServiceIs(service.sid());
            compareCallback(differences, service);
        }
        compareDefault(differences);
        compareNumber(differences);
        return differences;
    }

    private @Nullable MessagingService service() {
        var sid = wish.messagingServiceSid() != null
                ? wish.messagingServiceSid()
                : setup.configuration().defaultMessagingServiceSid();
        if (sid != null && !sid.isEmpty()) {
            return setup.messagingService(sid);
        }
        for (var page : Pages.of(setup::messagingServices)) {
            for (var service : page.items()) {
                if (Wish.NAME.equals(service.friendlyName())) {
                    return service;
                }
            }
        }
        return null;
    }

    private void compareCallback(List<Difference> differences, MessagingService service) {
        var is = service.statusCallback();
        var wanted = wish.url("message-status");
        if (wanted.equals(is)) {
            return;
        }
        differences.add(new Difference(
                "messaging service " + service.sid() + ", status callback",
                Owners.shown(is),
                String.valueOf(Owners.shown(wanted)),
                is == null || is.isEmpty() || owners.isOurs(is) ? null : Owners.of(is),
                () -> setup.updateMessagingService(service.sid(), new MessagingService.Settings(null, wanted, null))));
    }

    /// Conversations without a messaging service of their own use the account's default one.
    private void compareDefault(List<Difference> differences) {
        var is = setup.configuration().defaultMessagingServiceSid();
        if (is == null || is.isEmpty()) {
            differences.add(Difference.missing("default messaging service of Conversations", "the one above", () -> {
                var sid = resolved.messagingServiceSid();
                if (sid != null) {
                    setup.updateConfiguration(new ConversationsConfiguration(null, sid, null, null));
                }
            }));
        }
    }

    private void compareNumber(List<Difference> differences) {
        var number = wish.number();
        if (number == null || number.contains(":")) {
            return; // senders of other channels are registered elsewhere
        }
        var known = number(number);
        if (known == null) {
            differences.add(
                    Difference.byHand("the number of --number", "not a number of this account", "a number of it"));
        } else if (resolved.messagingServiceSid() == null || !isIn(resolved.messagingServiceSid(), known)) {
            differences.add(Difference.missing("number " + known.sid(), "in the messaging service", () -> {
                var sid = resolved.messagingServiceSid();
                if (sid != null && !isIn(sid, known)) {
                    setup.addMessagingServiceNumber(sid, known.sid());
                }
            }));
        }
    }

    private boolean isIn(String serviceSid, IncomingPhoneNumber number) {
        for (var page : Pages.of(next -> setup.messagingServiceNumbers(serviceSid, next))) {
            if (page.items().stream().anyMatch(item -> item.sid().equals(number.sid()))) {
                return true;
            }
        }
        return false;
    }

    private @Nullable IncomingPhoneNumber number(String wanted) {
        for (var page : Pages.of(next -> setup.phoneNumbers(wanted, next))) {
            for (var number : page.items()) {
                if (wanted.equals(number.phoneNumber())) {
                    return number;
                }
            }
        }
        return null;
    }
}
