package org.transcriptpipeline.simulator.world;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What of the account's settings decides about conversations.
public final class Settings {

    private final Core core;
    private final String defaultRoleSid;
    private final Map<String, ConversationService> services = new LinkedHashMap<>();
    private final Map<String, AddressConfiguration> addresses = new LinkedHashMap<>();
    private String defaultServiceSid;
    private @Nullable String defaultMessagingServiceSid;
    private @Nullable Duration defaultInactiveTimer;
    private @Nullable Duration defaultClosedTimer;
    private boolean isAutocreating = true;

    Settings(Core core) {
        this.core = core;
        this.defaultRoleSid = core.sid("RL");
        this.defaultServiceSid = createService("Default Conversations Service").sid();
        this.defaultMessagingServiceSid = core.sid("MG");
    }

    public ConversationService createService(String friendlyName) {
        synchronized (core) {
            var service = new ConversationService(core.sid("IS"), friendlyName, core.now());
            services.put(service.sid(), service);
            return service;
        }
    }

    public ConversationService service(String serviceSid) {
        synchronized (core) {
            var service = services.get(serviceSid);
            if (service == null) {
                throw TwilioRefusal.notFound(serviceSid);
            }
            return service;
        }
    }

    public void removeService(String serviceSid) {
        synchronized (core) {
            services.remove(service(serviceSid).sid());
        }
    }

    public List<ConversationService> services() {
        synchronized (core) {
            return List.copyOf(services.values());
        }
    }

    /// The one that paths without a service lead to.
    public String defaultServiceSid() {
        synchronized (core) {
            return defaultServiceSid;
        }
    }

    /// MG…
    public @Nullable String defaultMessagingServiceSid() {
        synchronized (core) {
            return defaultMessagingServiceSid;
        }
    }

    public @Nullable Duration defaultInactiveTimer() {
        synchronized (core) {
            return defaultInactiveTimer;
        }
    }

    public @Nullable Duration defaultClosedTimer() {
        synchronized (core) {
            return defaultClosedTimer;
        }
    }

    /// Null stays as it is.
    public void change(
            @Nullable String serviceSid,
            @Nullable String messagingServiceSid,
            @Nullable Duration inactiveTimer,
            @Nullable Duration closedTimer) {
        synchronized (core) {
            defaultServiceSid =
                    serviceSid == null ? defaultServiceSid : service(serviceSid).sid();
            defaultMessagingServiceSid = messagingServiceSid == null ? defaultMessagingServiceSid : messagingServiceSid;
            defaultInactiveTimer = inactiveTimer == null ? defaultInactiveTimer : inactiveTimer;
            defaultClosedTimer = closedTimer == null ? defaultClosedTimer : closedTimer;
        }
    }

    /// A messaging service's switch "autocreate a conversation", which has no field in Twilio's API. On at first.
    public void setAutocreating(boolean isOn) {
        synchronized (core) {
            isAutocreating = isOn;
        }
    }

    public boolean isAutocreating() {
        synchronized (core) {
            return isAutocreating;
        }
    }

    public AddressConfiguration createAddress(
            String type,
            String address,
            @Nullable String friendlyName,
            AddressConfiguration.AutoCreation autoCreation) {
        synchronized (core) {
            if (addressOf(address) != null) {
                throw new TwilioRefusal(409, 20001, "An address configuration of this address exists");
            }
            var now = core.now();
            var made = new AddressConfiguration(core.sid("IG"), type, address, friendlyName, autoCreation, now, now);
            addresses.put(made.sid(), made);
            return made;
        }
    }

    public AddressConfiguration updateAddress(
            String sid, @Nullable String friendlyName, AddressConfiguration.AutoCreation autoCreation) {
        synchronized (core) {
            var old = address(sid);
            var changed = new AddressConfiguration(
                    sid,
                    old.type(),
                    old.address(),
                    friendlyName == null ? old.friendlyName() : friendlyName,
                    autoCreation,
                    old.dateCreated(),
                    core.now());
            addresses.put(sid, changed);
            return changed;
        }
    }

    public void removeAddress(String sid) {
        synchronized (core) {
            addresses.remove(address(sid).sid());
        }
    }

    public AddressConfiguration address(String sid) {
        synchronized (core) {
            var configuration = addresses.get(sid);
            if (configuration == null) {
                throw TwilioRefusal.notFound(sid);
            }
            return configuration;
        }
    }

    public List<AddressConfiguration> addresses() {
        synchronized (core) {
            return List.copyOf(addresses.values());
        }
    }

    @Nullable
    AddressConfiguration addressOf(String number) {
        return addresses.values().stream()
                .filter(a -> a.address().equals(number))
                .findFirst()
                .orElse(null);
    }

    String defaultRoleSid() {
        return defaultRoleSid;
    }
}
