package org.transcriptpipeline.archive.console;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.filter.OncePerRequestFilter;

/// Ends the session of a user who was taken away, or given another team or role, since it began: sessions outlive a
/// restart, with which settings change. And any session that has lasted long enough.
final class CurrentUsersOnly extends OncePerRequestFilter {

    private final SignIn signIn;
    private final OidcSignIn oidc;
    private final Duration longest;
    private final Clock clock;

    CurrentUsersOnly(SignIn signIn, OidcSignIn oidc, Duration longest, Clock clock) {
        this.signIn = signIn;
        this.oidc = oidc;
        this.longest = longest;
        this.clock = clock;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        var session = request.getRequestedSessionId() == null ? null : request.getSession(false);
        if (session != null && signedIn() instanceof ConsoleUser user && (!isStill(user) || isOld(session))) {
            SecurityContextHolder.clearContext();
            session.invalidate();
        }
        chain.doFilter(request, response);
    }

    private static @Nullable Object signedIn() {
        var authentication = SecurityContextHolder.getContext().getAuthentication();
        return authentication == null ? null : authentication.getPrincipal();
    }

    private boolean isStill(ConsoleUser user) {
        return user.isForeign() ? oidc.isStill(user) : signIn.isStill(user);
    }

    private boolean isOld(HttpSession session) {
        return Instant.ofEpochMilli(session.getCreationTime()).plus(longest).isBefore(clock.instant());
    }
}
