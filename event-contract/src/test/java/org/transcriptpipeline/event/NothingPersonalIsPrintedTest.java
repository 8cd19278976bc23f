package org.transcriptpipeline.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.nio.charset.StandardCharsets;
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
import org.transcriptpipeline.snapshot.TranscriptSnapshot;

/// A record that is printed, in a log or in the text of an exception, shows no text, address, name or token. Every
/// text in every record is a planted secret, but for those that are named here with their reason.
@Tag("S6")
class NothingPersonalIsPrintedTest {

    private static final String SECRET = "planted-secret";

    /// Words of Twilio's or ours, from a list that somebody could write down; and ids.
    private static final Set<String> HARMLESS = Set.of(
            "Binding.type",
            "Conversation.channel",
            "ConversationAdd.key",
            "ConversationFields.state",
            "ConversationStateUpdated.reason",
            "ConversationStateUpdated.stateFrom",
            "ConversationStateUpdated.stateTo",
            "DeliveryUpdated.status",
            "MediaItem.sid",
            "MessageStatusUpdated.status",
            "Source.eventId",
            "Source.eventType",
            "TranscriptReady.handoffId",
            "TranscriptSnapshot.handoffId",
            "Unknown.key",
            "Unknown.reason",
            "Unreadable.reason",
            "Verdict.reason",
            "Verdict.verdict");

    static Stream<Class<?>> records() {
        return new ClassFileImporter()
                        .withImportOption(new ImportOption.DoNotIncludeTests())
                        .importPackages("org.transcriptpipeline.event", "org.transcriptpipeline.snapshot")
                        .stream()
                        .filter(JavaClass::isRecord)
                        .map(JavaClass::reflect);
    }

    @Test
    void everyEventIsLookedAt() {
        assertThat(records())
                .containsAll(Records.permittedBy(TranscriptEvent.class).toList())
                .contains(Source.class, TranscriptReady.class, TranscriptSnapshot.class);
    }

    @ParameterizedTest
    @MethodSource("records")
    void aRecordShowsNothingOfAPerson(Class<? extends Record> type) {
        var planted = filled(type);

        assertThat(planted.toString()).doesNotContain(SECRET);
    }

    @Test
    void aSecretThatIsPrintedIsFound() {
        record Careless(String body) {}

        assertThat(filled(Careless.class).toString()).contains(SECRET);
    }

    private static Record filled(Class<? extends Record> type) {
        var components = type.getRecordComponents();
        try {
            var constructor = type.getDeclaredConstructor(
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
            constructor.setAccessible(true);
            return (Record) constructor.newInstance(Arrays.stream(components)
                    .map(c -> value(c.getGenericType(), type.getSimpleName() + "." + c.getName()))
                    .toArray());
        } catch (ReflectiveOperationException e) {
            throw new AssertionError("cannot make a " + type, e);
        }
    }

    private static Object value(Type type, String name) {
        if (type instanceof ParameterizedType generic) {
            var arguments = generic.getActualTypeArguments();
            if (generic.getRawType() == List.class) {
                return List.of(value(arguments[0], name));
            }
            if (generic.getRawType() == Map.class) {
                return Map.of(SECRET, value(arguments[1], name));
            }
        }
        if (type instanceof TypeVariable<?>) {
            return filled(MessageAdded.class); // what the codec wraps
        }
        if (type == String.class || type == Object.class) {
            return isHarmless(name) ? "harmless" : SECRET;
        }
        if (type == byte[].class) {
            return SECRET.getBytes(StandardCharsets.UTF_8);
        }
        if (type == int.class || type == Integer.class) {
            return 1;
        }
        if (type == long.class || type == Long.class) {
            return 1L;
        }
        if (type == boolean.class || type == Boolean.class) {
            return true;
        }
        if (type == Instant.class) {
            return Instant.EPOCH;
        }
        if (type == SourceKind.class) {
            return SourceKind.WEBHOOK;
        }
        if (type instanceof Class<?> part && part.isRecord()) {
            return filled(part.asSubclass(Record.class));
        }
        throw new AssertionError("no value for " + name + " of " + type + ": teach this test");
    }

    private static boolean isHarmless(String name) {
        return name.endsWith("Sid") || HARMLESS.contains(name);
    }
}
