package org.transcriptpipeline.cli.doctor;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.signature.FormParameters;
import org.transcriptpipeline.signature.TwilioSignature;

/// Every form that may have been signed, given the one that arrived: parameters that a gateway dropped are put back
/// where their value can be guessed.
final class FormGuesses {

    private static final byte[] NOTHING = {};
    private static final Pattern LOST_PLUS = Pattern.compile("(=|%3[aA])(?:\\+|%20)(?=\\d{5})");

    /// Subsets of the empty parameters that are tried: 2 to the power of this.
    private static final int MOST_EMPTY = 10;

    private static final Map<String, List<String>> USUAL_VALUES = Map.ofEntries(
            Map.entry("RetryCount", List.of("0", "1", "2", "3")),
            Map.entry("ApiVersion", List.of("2010-04-01")),
            Map.entry("Source", List.of("SMS", "API", "SDK", "WHATSAPP", "MMS")),
            Map.entry("Attributes", List.of("{}", "")),
            Map.entry("State", List.of("active", "inactive", "closed", "initializing")),
            Map.entry("StateFrom", List.of("active", "inactive")),
            Map.entry("StateTo", List.of("closed", "inactive", "active")),
            Map.entry("Reason", List.of("TIMER", "API", "EVENT")),
            Map.entry("Status", List.of("sent", "delivered", "read", "failed", "undelivered")),
            Map.entry(
                    "MessageStatus",
                    List.of("queued", "sending", "sent", "delivered", "read", "failed", "undelivered")),
            Map.entry("MessagingBinding.Type", List.of("SMS", "WHATSAPP", "CHAT")),
            Map.entry("Media", List.of("", "[]")),
            Map.entry("ErrorCode", List.of("", "0")),
            Map.entry("ChannelPrefix", List.of("whatsapp", "rcs", "")),
            Map.entry(
                    "EventType",
                    Stream.concat(DocumentedParameters.eventTypes().stream(), Stream.of("READ"))
                            .toList()),
            Map.entry("isOnline", List.of("true", "false")),
            Map.entry("isNotifiable", List.of("true", "false")),
            Map.entry(
                    "Index",
                    Stream.iterate(0, i -> i + 1).limit(50).map(String::valueOf).toList()));

    /// Parameters that repeat another one.
    private static final Map<String, String> TWINS = Map.of(
            "SmsSid", "MessageSid",
            "MessageSid", "SmsSid",
            "SmsStatus", "MessageStatus",
            "MessageStatus", "SmsStatus",
            "DateUpdated", "DateCreated",
            "Identity", "Author",
            "ClientIdentity", "Author");

    private final SuspectRequest request;
    private final @Nullable String accountSid;

    /// @param accountSid the account that the request should be from
    FormGuesses(SuspectRequest request, @Nullable String accountSid) {
        this.request = request;
        this.accountSid = accountSid;
    }

    /// What the form adds to the URL.
    record Guess(byte[] signedPart, List<Deviation> deviations) {}

    /// A parameter that may have been dropped, encoded.
    private record Addition(String name, String pair) {}

    /// @param number of deviations; 0 is what arrived
    void forEach(int number, Consumer<Guess> receiver) {
        boolean isForm = request.isForm();
        if (number == 0) {
            receiver.accept(new Guess(isForm ? signed(request.form()) : NOTHING, List.of()));
            return;
        }
        if (number == 1) {
            var deviation = List.of(Deviation.of(Cause.CONTENT_TYPE));
            receiver.accept(new Guess(isForm ? NOTHING : signed(request.form()), deviation));
        }
        if (!isForm) {
            return;
        }
        if (number == 1) {
            var mended =
                    LOST_PLUS.matcher(new String(request.body(), ISO_8859_1)).replaceAll("$1%2B");
            receiver.accept(new Guess(
                    signed(request.withBody(mended.getBytes(ISO_8859_1)).form()),
                    List.of(Deviation.of(Cause.PLUS_LOST))));
        }
        var additions = additions();
        combine(additions, number, 0, new ArrayList<>(), receiver);
        if (number == 2) {
            emptyOnes(additions, receiver);
        }
    }

    private void combine(
            List<Addition> additions, int number, int from, List<Addition> chosen, Consumer<Guess> receiver) {
        if (chosen.size() == number) {
            offer(chosen, receiver);
            return;
        }
        for (int i = from; i < additions.size(); i++) {
            var next = additions.get(i);
            if (chosen.stream().noneMatch(other -> other.name().equals(next.name()))) {
                chosen.add(next);
                combine(additions, number, i + 1, chosen, receiver);
                chosen.removeLast();
            }
        }
    }

    /// A gateway that drops empty parameters drops all of them.
    private void emptyOnes(List<Addition> additions, Consumer<Guess> receiver) {
        var empty = additions.stream()
                .filter(addition -> addition.pair().endsWith("="))
                .limit(MOST_EMPTY)
                .toList();
        for (int subset = 1; subset < 1 << empty.size(); subset++) {
            var chosen = new ArrayList<Addition>();
            for (int i = 0; i < empty.size(); i++) {
                if ((subset >> i & 1) == 1) {
                    chosen.add(empty.get(i));
                }
            }
            if (chosen.size() > 2) {
                offer(chosen, receiver);
            }
        }
    }

    private void offer(List<Addition> chosen, Consumer<Guess> receiver) {
        var pairs = chosen.stream().map(Addition::pair).collect(Collectors.joining("&"));
        receiver.accept(new Guess(
                signed(request.formWith(pairs)),
                chosen.stream()
                        .map(addition -> new Deviation(Cause.PARAMETER_DROPPED, addition.name()))
                        .toList()));
    }

    private List<Addition> additions() {
        var documented = DocumentedParameters.of(request);
        var arrived = Set.copyOf(request.parameterNames());
        var additions = new ArrayList<Addition>();
        for (var name : Stream.concat(documented.always().stream(), documented.sometimes().stream())
                .toList()) {
            if (!arrived.contains(name)) {
                valuesOf(name).forEach(value -> additions.add(new Addition(name, name + "=" + encoded(value))));
            }
        }
        return additions;
    }

    private Set<String> valuesOf(String name) {
        var values = new LinkedHashSet<String>();
        if (name.equals("AccountSid") && accountSid != null) {
            values.add(accountSid);
        }
        var twin = TWINS.get(name) == null ? null : request.parameter(TWINS.get(name));
        if (twin != null) {
            values.add(twin);
        }
        var to = request.parameter("To");
        if (name.equals("ChannelToAddress") && to != null) {
            values.add(to.substring(to.indexOf(':') + 1));
        }
        values.addAll(USUAL_VALUES.getOrDefault(name, List.of()));
        if (values.isEmpty() || twin != null) {
            values.add("");
        }
        return values;
    }

    /// @param value one character per byte
    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.ISO_8859_1);
    }

    private static byte[] signed(FormParameters form) {
        var signed = TwilioSignature.signedPartOf(form);
        return Arrays.copyOf(signed, signed.length);
    }
}
