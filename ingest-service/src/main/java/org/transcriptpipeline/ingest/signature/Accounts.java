package org.transcriptpipeline.ingest.signature;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The Twilio accounts that are served, with the tokens that prove them.
final class Accounts {

    private static final Pattern SID = Pattern.compile("AC[0-9a-fA-F]{32}");
    private static final int TOKENS_OF_A_ROTATION = 2;

    private final List<Account> served;
    private final Set<String> sids;
    private final boolean hasToken;

    private Accounts(List<Account> served) {
        this.served = List.copyOf(served);
        this.sids = served.stream().map(Account::sid).collect(Collectors.toUnmodifiableSet());
        this.hasToken = served.stream().anyMatch(account -> !account.tokens().isEmpty());
    }

    /// @param tokens the primary first
    record Account(String sid, List<String> tokens) {
        @Override
        public String toString() {
            return "Account[" + sid + "]"; // tokens are secret
        }
    }

    /// @throws IllegalStateException where an entry cannot be what its author meant, naming the entry, never a value
    static Accounts of(SignatureProperties properties) {
        var served = new ArrayList<Account>();
        new TreeMap<>(properties.accounts()).forEach((name, account) -> {
            var sid = account.sid() == null ? "" : account.sid().strip();
            var tokens = account.authTokens().stream()
                    .map(String::strip)
                    .filter(token -> !token.isEmpty())
                    .toList();
            if (sid.isEmpty() && tokens.isEmpty()) {
                return;
            }
            require(SID.matcher(sid).matches(), name, "needs sid, AC and 32 hexadecimal digits (TWILIO_ACCOUNT_SID)");
            require(tokens.size() <= TOKENS_OF_A_ROTATION, name, "has more than two auth-tokens");
            require(served.stream().noneMatch(other -> other.sid().equals(sid)), name, "repeats another entry's sid");
            served.add(new Account(sid, tokens));
        });
        return new Accounts(served);
    }

    /// The accounts that a request may be from.
    ///
    /// @param named the SIDs that it names; none: it may be from any
    List<Account> candidates(Collection<String> named) {
        return named.isEmpty()
                ? served
                : served.stream()
                        .filter(account -> named.contains(account.sid()))
                        .toList();
    }

    Set<String> sids() {
        return sids;
    }

    /// Whether any request can be proved at all.
    boolean hasToken() {
        return hasToken;
    }

    private static void require(boolean condition, String name, String problem) {
        if (!condition) {
            throw new IllegalStateException("transcripts.accounts." + name + " " + problem);
        }
    }
}
