package org.transcriptpipeline.archive.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.transcriptpipeline.archive.console.ConsoleProperties.Account;

/// The users of console and API. Name and password are compared by their hashes, both of them and of every user
/// always, so that the time of an answer tells nothing of any. The passwords are in the settings of this process as
/// they are: a slow hash would protect nothing here, and give anybody a way to keep the processor busy; [SignInLimit]
/// slows guessing down. The only provider of the context, so every chain asks it.
final class SignIn implements AuthenticationProvider {

    private final List<Known> users;

    SignIn(List<Account> accounts) {
        this.users = accounts.stream()
                .map(account -> new Known(account.user(), hash(account.user().name()), hash(account.password())))
                .toList();
    }

    @Override
    public Authentication authenticate(Authentication asked) {
        var nameHash = hash(asked.getName());
        var passwordHash = hash(text(asked.getCredentials()));
        @Nullable ConsoleUser found = null;
        for (var known : users) {
            boolean isName = MessageDigest.isEqual(known.nameHash(), nameHash);
            boolean isPassword = MessageDigest.isEqual(known.passwordHash(), passwordHash);
            found = isName & isPassword ? known.user() : found;
        }
        if (found == null) {
            throw new BadCredentialsException("wrong name or password");
        }
        return UsernamePasswordAuthenticationToken.authenticated(
                found, null, found.role().authorities());
    }

    /// @return whether it is a name and a password; what a provider of OpenID Connect says is not for here
    @Override
    public boolean supports(Class<?> authentication) {
        return UsernamePasswordAuthenticationToken.class.isAssignableFrom(authentication);
    }

    /// Whether a session's user is still one: neither taken away nor changed since it began.
    boolean isStill(ConsoleUser user) {
        return users.stream().anyMatch(known -> known.user().equals(user));
    }

    private static String text(@Nullable Object credentials) {
        return credentials == null ? "" : credentials.toString();
    }

    private static byte[] hash(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @SuppressWarnings("ArrayRecordComponent")
    private record Known(ConsoleUser user, byte[] nameHash, byte[] passwordHash) {
        @Override
        public String toString() {
            return "Known";
        }
    }
}
