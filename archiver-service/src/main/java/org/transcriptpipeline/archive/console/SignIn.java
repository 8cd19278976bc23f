package org.transcriptpipeline.archive.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.SimpleGrantedAuthority;

/// The one user of console and API. Name and password are compared by their hashes, both of them always, so that the
/// time of an answer tells nothing of either. The password is in the settings of this process as it is: a slow hash
/// would protect nothing here, and give anybody a way to keep the processor busy; [SignInLimit] slows guessing down.
final class SignIn implements AuthenticationManager {

    private final String username;
    private final byte[] usernameHash;
    private final byte[] passwordHash;

    SignIn(String username, String password) {
        this.username = username;
        this.usernameHash = hash(username);
        this.passwordHash = hash(password);
    }

    @Override
    public Authentication authenticate(Authentication asked) {
        boolean isName = MessageDigest.isEqual(usernameHash, hash(asked.getName()));
        boolean isPassword = MessageDigest.isEqual(passwordHash, hash(text(asked.getCredentials())));
        if (!(isName & isPassword)) {
            throw new BadCredentialsException("wrong name or password");
        }
        return UsernamePasswordAuthenticationToken.authenticated(
                username, null, List.of(new SimpleGrantedAuthority("ROLE_OPERATOR")));
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
}
