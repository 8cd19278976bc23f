package org.transcriptpipeline.twilio;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

@Tag("S6")
class NothingPersonalIsPrintedTest {

    private static final String WORDS = "somebody's words";

    /// What may be printed: SIDs, states, codes, and names that Twilio or the account chose.
    private static final Set<String> HARMLESS = Set.of(
            "sid",
            "serviceSid",
            "conversationSid",
            "messageSid",
            "channelMessageSid",
            "participantSid",
            "messagingServiceSid",
            "flowSid",
            "phoneNumberSid",
            "sinkSid",
            "subscriptionSid",
            "studioFlowSid",
            "conversationServiceSid",
            "defaultChatServiceSid",
            "defaultMessagingServiceSid",
            "accountSid",
            "resourceSid",
            "contentSid",
            "roleSid",
            "state",
            "status",
            "conversationState",
            "type",
            "target",
            "method",
            "logLevel",
            "sent",
            "delivered",
            "read",
            "failed",
            "undelivered",
            "sinkType",
            "errorCode",
            "defaultInactiveTimer",
            "defaultClosedTimer",
            "Location.region",
            "Location.edge",
            "Parameter.name");

    static Stream<Class<?>> records() {
        return new ClassFileImporter()
                        .withImportOption(new ImportOption.DoNotIncludeTests())
                        .importPackages("org.transcriptpipeline.twilio")
                        .stream()
                        .map(JavaClass::reflect)
                        .filter(Class::isRecord);
    }

    @ParameterizedTest
    @MethodSource("records")
    void aRecordShowsNoWordsOfAnybody(Class<?> type) throws Exception {
        assertThat(filled(type).toString()).doesNotContain(WORDS);
    }

    private static Object filled(Class<?> type) throws Exception {
        var components = type.getRecordComponents();
        Constructor<?> constructor = type.getDeclaredConstructor(
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
        constructor.setAccessible(true);
        var values = new Object[components.length];
        for (var i = 0; i < values.length; i++) {
            values[i] = value(components[i]);
        }
        return constructor.newInstance(values);
    }

    private static Object value(RecordComponent component) throws Exception {
        var type = component.getType();
        if (type == Object.class) {
            return "a record that is tested itself";
        }
        if (type == String.class) {
            var field = component.getDeclaringRecord().getSimpleName() + "." + component.getName();
            var mayBeShown = HARMLESS.contains(component.getName()) || HARMLESS.contains(field);
            return component.getName().equals("accountSid") ? "AC" + "0".repeat(32) : mayBeShown ? "harmless" : WORDS;
        }
        if (type == List.class) {
            var item = ((ParameterizedType) component.getGenericType()).getActualTypeArguments()[0];
            return item instanceof Class<?> c && c.isRecord() ? List.of(filled(c)) : List.of(WORDS);
        }
        if (type == Map.class) {
            var value = (Class<?>) ((ParameterizedType) component.getGenericType()).getActualTypeArguments()[1];
            return Map.of("a name", filled(value));
        }
        if (type.isRecord()) {
            return filled(type);
        }
        return switch (type.getSimpleName()) {
            case "long", "Long" -> 1L;
            case "int", "Integer" -> 1;
            case "boolean", "Boolean" -> true;
            case "Instant" -> Instant.EPOCH;
            case "Duration" -> Duration.ofSeconds(1);
            case "Clock" -> Clock.systemUTC();
            case "byte[]" -> WORDS.getBytes();
            default -> null;
        };
    }

    /// The SDK's debug log prints queries.
    @Test
    void theDebugLogShowsNoAddress() throws Exception {
        var root = (Logger) LoggerFactory.getLogger("com.twilio");
        var lines = new ListAppender<ILoggingEvent>();
        lines.start();
        var level = root.getLevel();
        root.setLevel(Level.TRACE);
        root.addAppender(lines);
        try (var twilio = new StandIn();
                var client = TwilioClient.of(Samples.settings("log", twilio.baseUrl()))) {
            twilio.answers("""
                    {"meta": {"next_page_url": null}, "conversations": []}""");

            client.conversationsOfAddress(Samples.CUSTOMER, null);

            assertThat(twilio.asked()).hasSize(1);
        } finally {
            root.detachAppender(lines);
            root.setLevel(level);
        }
        assertThat(lines.list).isNotEmpty();
        assertThat(lines.list.toString()).doesNotContain(Samples.CUSTOMER.substring(1));
    }
}
