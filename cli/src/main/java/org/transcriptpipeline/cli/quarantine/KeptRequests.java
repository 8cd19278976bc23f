package org.transcriptpipeline.cli.quarantine;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.cli.QuarantineTopic;
import org.transcriptpipeline.cli.RefusedException;
import org.transcriptpipeline.cli.quarantine.Decisions.Decision;

/// The requests that a command is about, with what was decided about them.
final class KeptRequests {

    private final QuarantineTopic topic;
    private final Decisions decisions;

    KeptRequests(QuarantineTopic topic, Decisions decisions) {
        this.topic = topic;
        this.decisions = decisions;
    }

    /// @param decision the last one; null: nobody decided
    record Found(KeptRequest request, @Nullable Decision decision) {}

    /// What is done with some of them.
    interface Handler {
        void handle(List<Found> some) throws SQLException;
    }

    /// All that are meant, some at a time.
    ///
    /// @throws RefusedException where one that is named is not there
    void forEach(Selection selection, Handler handler) throws SQLException {
        if (selection.hasIds()) {
            for (var id : selection.ids()) {
                if (id.isRequest()) {
                    handler.handle(withDecisions(List.of(find(id))));
                }
            }
            return;
        }
        topic.readAll(selection.since(), some -> {
            var fitting =
                    some.stream().map(KeptRequest::of).filter(selection::fits).toList();
            if (!fitting.isEmpty()) {
                handler.handle(withDecisions(fitting));
            }
        });
    }

    /// @throws RefusedException where it is not there
    KeptRequest find(EntryId id) {
        var found = topic.at(new QuarantineTopic.Position(id.partition(), id.offset()));
        if (found == null) {
            throw new RefusedException(
                    "There is no such entry: " + id + ". Kafka keeps requests for its retention only.");
        }
        return KeptRequest.of(found);
    }

    private List<Found> withDecisions(List<KeptRequest> requests) throws SQLException {
        var last = decisions.lastOf(requests);
        var found = new ArrayList<Found>(requests.size());
        requests.forEach(request -> found.add(new Found(request, last.get(request.id()))));
        return found;
    }
}
