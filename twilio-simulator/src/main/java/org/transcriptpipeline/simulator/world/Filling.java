package org.transcriptpipeline.simulator.world;

import java.time.Duration;
import java.util.List;

/// Makes many conversations at once.
final class Filling {

    private static final String NUMBER = "+12025550199";
    private static final Duration BETWEEN_CONVERSATIONS = Duration.ofMinutes(1);
    private static final Duration BETWEEN_MESSAGES = Duration.ofSeconds(1);

    private Filling() {}

    static void fill(
            Core core,
            ConversationBook conversations,
            MessageBook messages,
            Settings settings,
            int count,
            int messagesEach) {
        var firstAt = core.now().minus(BETWEEN_CONVERSATIONS.multipliedBy(Math.max(0, count - 1)));
        core.quietly(() -> {
            for (int c = 0; c < count; c++) {
                var at = firstAt.plus(BETWEEN_CONVERSATIONS.multipliedBy(c));
                var fields = new ConversationFields(null, null, null, null, null, null, null, at);
                var customer = customer(conversations.logs().size());
                var binding = Binding.of(customer, NUMBER);
                var log = conversations.create(settings.defaultServiceSid(), fields, List.of(binding), Origin.CARRIER);
                conversations.addParticipant(log, ParticipantFields.reachedBy(binding), Origin.CARRIER);
                for (int m = 0; m < messagesEach; m++) {
                    boolean isFromCustomer = m % 2 == 0;
                    messages.add(
                            log,
                            new MessageFields(
                                    isFromCustomer ? customer : NUMBER,
                                    "Message " + m + " of conversation " + c,
                                    null,
                                    List.of(),
                                    at.plus(BETWEEN_MESSAGES.multipliedBy(m))),
                            isFromCustomer ? Origin.CARRIER : Origin.REST);
                }
            }
        });
    }

    /// Numbers with an area code that is not given to anybody, one for each conversation.
    private static String customer(int number) {
        return "+1000%07d".formatted(number);
    }
}
