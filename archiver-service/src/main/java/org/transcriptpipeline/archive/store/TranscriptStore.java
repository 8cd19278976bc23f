package org.transcriptpipeline.archive.store;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.transcriptpipeline.archive.merge.ConversationState;
import org.transcriptpipeline.archive.merge.DeliveryState;
import org.transcriptpipeline.archive.merge.MessageState;
import org.transcriptpipeline.archive.merge.Observations;
import org.transcriptpipeline.archive.merge.ParticipantState;
import org.transcriptpipeline.event.ErrorLogged;

/// Merges the observations of a batch into the tables. Runs in the caller's transaction, with a fixed number of
/// statements however large the batch.
///
/// The tables come in one fixed order, conversations last: a status callback learns its conversation only from the
/// delivery's row, so that is the one order that every batch can keep.
@Component
public class TranscriptStore {

    private final ParticipantTable participants;
    private final UserTable users;
    private final MessageTable messages;
    private final SearchChanges searchChanges;
    private final DeliveryTable deliveries;
    private final DeliveryEventTable deliveryEvents;
    private final FlowExecutionTable flowExecutions;
    private final KeptEventTable keptEvents;
    private final ErrorLogTable errorLog;
    private final ConversationTable conversations;
    private final Derivation derivation;
    private final DayChanges dayChanges;

    TranscriptStore(JdbcTemplate jdbc, StoreProperties properties, MeterRegistry meters) {
        this.participants = new ParticipantTable(jdbc, meters);
        this.users = new UserTable(jdbc, meters);
        this.messages = new MessageTable(jdbc, meters, properties.flowAuthors());
        this.searchChanges = new SearchChanges(jdbc);
        this.deliveries = new DeliveryTable(jdbc, meters);
        this.deliveryEvents = new DeliveryEventTable(jdbc);
        this.flowExecutions = new FlowExecutionTable(jdbc, meters);
        this.keptEvents = new KeptEventTable(jdbc);
        this.errorLog = new ErrorLogTable(jdbc);
        this.conversations = new ConversationTable(jdbc, meters);
        this.derivation = new Derivation(jdbc, properties);
        this.dayChanges = new DayChanges(jdbc);
    }

    /// Merges these observations.
    ///
    /// @return the conversations that they touched, whose rows are locked now
    public List<String> merge(Observations observations) {
        var joined = participants.merge(observations.participants());
        users.merge(observations.users());
        var written = messages.merge(observations.messages());
        searchChanges.note(written);
        var delivered = deliveries.merge(observations.deliveries());
        deliveryEvents.append(observations.deliveryEvents());
        var ran = flowExecutions.merge(observations.flowExecutions());
        var talked = conversations.merge(observations.conversations());
        derivation.recomputeAuthors(doubtfulAuthors(joined, written, talked));
        var touched = touched(observations, delivered.rows());
        derivation.recompute(touched);
        dayChanges.note(touched, delivered.rows(), ran.rows());
        return touched;
    }

    /// The conversations in which something decides anew who wrote. A new message's row already says it, by the
    /// participants and conversations that were there: a conversation that is new itself has no older messages,
    /// so a participant who comes with it changes nothing.
    private static Set<String> doubtfulAuthors(
            MergedTable.Merged<ParticipantState> joined,
            MergedTable.Merged<MessageState> written,
            MergedTable.Merged<ConversationState> talked) {
        var doubtful = new TreeSet<String>();
        joined.fresh().forEach(p -> doubtful.add(p.conversationSid()));
        joined.changes().stream()
                .filter(change -> change.isIn(
                        p -> p.registers().value(ParticipantState.Field.ADDRESS),
                        p -> p.registers().value(ParticipantState.Field.IDENTITY),
                        p -> p.registers().value(ParticipantState.Field.PROXY_ADDRESS)))
                .forEach(change -> doubtful.add(change.after().conversationSid()));
        talked.fresh().forEach(c -> doubtful.remove(c.conversationSid()));
        written.changes().stream()
                .filter(change -> change.isIn(
                        m -> m.registers().value(MessageState.Field.AUTHOR),
                        m -> m.registers().value(MessageState.Field.ORIGIN)))
                .forEach(change -> doubtful.add(change.after().conversationSid()));
        talked.fresh().stream()
                .filter(c -> c.registers().get(ConversationState.Field.BINDING_ADDRESSES) != null
                        || c.registers().get(ConversationState.Field.BINDING_PROXY_ADDRESS) != null)
                .forEach(c -> doubtful.add(c.conversationSid()));
        talked.changes().stream()
                .filter(change -> change.isIn(
                        c -> c.registers().value(ConversationState.Field.BINDING_ADDRESSES),
                        c -> c.registers().value(ConversationState.Field.BINDING_PROXY_ADDRESS)))
                .forEach(change -> doubtful.add(change.after().conversationSid()));
        return doubtful;
    }

    /// Keeps what Twilio logged.
    public void keepErrors(List<ErrorLogged> errors) {
        errorLog.keep(errors);
    }

    /// Counts anew what was lost in these accounts, see [Freshness#note].
    public void recountLosses(Set<String> accountSids) {
        derivation.recomputeUnannounced(accountSids);
    }

    /// Keeps what was not understood, and what Twilio only asked about.
    public void keep(List<KeptEvent> unrecognised, List<KeptEvent> preAction) {
        keptEvents.keepUnrecognised(unrecognised);
        keptEvents.keepPreAction(preAction);
    }

    /// The conversations whose derived values may have changed, their rows locked.
    private List<String> touched(Observations observations, List<DeliveryState> delivered) {
        var touched = new TreeSet<String>();
        var lockedAlready = new TreeSet<String>();
        observations.conversations().stream()
                .map(ConversationState::conversationSid)
                .forEach(lockedAlready::add);
        for (var delivery : delivered) {
            var conversationSid = delivery.registers().text(DeliveryState.Field.CONVERSATION_SID);
            if (conversationSid != null && !lockedAlready.contains(conversationSid)) {
                touched.add(conversationSid);
            }
        }
        if (!touched.isEmpty()) {
            conversations.lock(List.copyOf(touched));
        }
        touched.addAll(lockedAlready);
        return new ArrayList<>(touched);
    }
}
