package org.transcriptpipeline.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TopicsTest {

    private static final String CONVERSATION = "CH91d2c3b4a5f64e7788990a1b2c3d4e5f";
    private static final String SERVICE = "IS7a6b5c4d3e2f41109f8e7d6c5b4a3928";

    /// Where the key is anything but the conversation's SID.
    private static final Map<String, String> OTHER_KEYS = Map.of(
            "error.logged", "ACxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            "intake.resumed", "ACxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            "message-status.updated", "SM4e5f60718293a4b5c6d7e8f90a1b2c3d",
            "conversation.add", SERVICE,
            "user.added", SERVICE,
            "user.updated", SERVICE,
            "user.update", SERVICE,
            "unknown", SERVICE);

    static Stream<String> types() {
        return SampleEvents.byType().keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("types")
    void everythingOfAConversationHasItsSidAsKey(String type) {
        assertThat(SampleEvents.byType().get(type).key()).isEqualTo(OTHER_KEYS.getOrDefault(type, CONVERSATION));
    }

    @ParameterizedTest
    @MethodSource("types")
    void onlyStatusCallbacksGoToTheirOwnTopic(String type) {
        assertThat(Topics.of(SampleEvents.byType().get(type)))
                .isEqualTo(type.equals("message-status.updated") ? Topics.DELIVERY_STATUSES : Topics.EVENTS);
    }

    @Test
    void aStatusCallbackThatIsNotUnderstoodStaysOnTheTopicOfStatusCallbacks() {
        var source = SampleEvents.source(SourceKind.STATUS_CALLBACK, "MessageStatus=sent", null);

        assertThat(Topics.of(new Unknown("SM1", null, "missing:MessageSid", source)))
                .isEqualTo(Topics.DELIVERY_STATUSES);
    }

    @Test
    void aUserWithoutAServiceIsItsOwnKey() {
        var source = SampleEvents.source(SourceKind.WEBHOOK, "", "onUserAdded");

        assertThat(new UserAdded("US1", UserFields.EMPTY, source).key()).isEqualTo("US1");
        assertThat(new UserUpdated("US1", UserFields.EMPTY, source).key()).isEqualTo("US1");
        assertThat(new UserUpdate("US1", UserFields.EMPTY, source).key()).isEqualTo("US1");
    }
}
