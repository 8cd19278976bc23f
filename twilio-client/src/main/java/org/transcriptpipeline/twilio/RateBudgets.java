package org.transcriptpipeline.twilio;

import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The budgets of all accounts that this process asks. The one static state of this module, on purpose: Twilio counts
/// the requests of an account, and in standalone three services of one process use the same.
final class RateBudgets {

    private static final Map<Key, Shared> BUDGETS = new HashMap<>();

    private RateBudgets() {}

    /// To be given back by [#release] as often as it was taken.
    static RateBudget take(String accountSid, @Nullable URI baseUrl, int requestsPerSecond) {
        synchronized (BUDGETS) {
            var shared = BUDGETS.computeIfAbsent(
                    new Key(accountSid, baseUrl), _ -> new Shared(new RateBudget(requestsPerSecond)));
            shared.users++;
            shared.budget.slowDownTo(requestsPerSecond);
            return shared.budget;
        }
    }

    static void release(String accountSid, @Nullable URI baseUrl) {
        synchronized (BUDGETS) {
            BUDGETS.computeIfPresent(new Key(accountSid, baseUrl), (_, shared) -> --shared.users == 0 ? null : shared);
        }
    }

    /// @param baseUrl the same account behind another base URL is another one: a stand-in's
    private record Key(String accountSid, @Nullable URI baseUrl) {}

    private static final class Shared {
        private final RateBudget budget;
        private int users;

        Shared(RateBudget budget) {
            this.budget = budget;
        }
    }
}
