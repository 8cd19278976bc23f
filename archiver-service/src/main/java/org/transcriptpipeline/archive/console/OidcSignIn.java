package org.transcriptpipeline.archive.console;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClient;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.client.registration.ClientRegistrationRepository;
import org.springframework.security.oauth2.client.registration.ClientRegistrations;
import org.springframework.security.oauth2.client.registration.InMemoryClientRegistrationRepository;
import org.springframework.security.oauth2.client.registration.SupplierClientRegistrationRepository;
import org.springframework.security.oauth2.client.web.OAuth2AuthorizedClientRepository;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.oidc.user.OidcUser;
import org.springframework.security.web.context.HttpSessionSecurityContextRepository;
import org.springframework.stereotype.Component;

/// Signs people in whom an OpenID Connect provider vouches for. The provider is asked who somebody is and which groups
/// they are in; what these may is said by our settings. Its tokens are not kept.
@Component
class OidcSignIn {

    /// In the addresses of the dance.
    static final String REGISTRATION = "oidc";

    private static final Logger log = LoggerFactory.getLogger(OidcSignIn.class);
    private static final int LONGEST_NAME = 100;

    private final OidcProperties properties;
    private final ConsoleProperties console;
    private final SignInPage page;

    OidcSignIn(OidcProperties properties, ConsoleProperties console, SignInPage page) {
        this.properties = properties;
        this.console = console;
        this.page = page;
    }

    /// Where it is set, adds it to the pages' chain.
    void addTo(HttpSecurity http) {
        if (!properties.isOn()) {
            return;
        }
        http.oauth2Login(login -> login.loginPage("/sign-in")
                .clientRegistrationRepository(registrations())
                .authorizedClientRepository(new NoTokens())
                .successHandler(this::welcome)
                .failureHandler(this::failed));
    }

    /// Whether a session's user may still what they may: a group that the settings have no more lets nobody in.
    boolean isStill(ConsoleUser user) {
        return properties.isOn()
                && properties.groups().values().stream()
                        .anyMatch(group -> group.user(user.name()).equals(user));
    }

    /// The provider's configuration is asked for when somebody signs in first, not at start: the archiver does not
    /// wait for it.
    private ClientRegistrationRepository registrations() {
        return new SupplierClientRegistrationRepository(() -> new InMemoryClientRegistrationRepository(registration()));
    }

    private ClientRegistration registration() {
        var baseUrl = console.baseUrl();
        return ClientRegistrations.fromIssuerLocation(Objects.requireNonNull(properties.issuer()))
                .registrationId(REGISTRATION)
                .clientId(Objects.requireNonNull(properties.clientId()))
                .clientSecret(properties.clientSecret())
                .scope("openid", "profile", "email")
                // a proxy that ends TLS knows us by another address than a request says
                .redirectUri((baseUrl == null || baseUrl.isBlank() ? "{baseUrl}" : withoutSlash(baseUrl.strip()))
                        + "/login/oauth2/code/" + REGISTRATION)
                .build();
    }

    private static String withoutSlash(String url) {
        return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    }

    private void welcome(HttpServletRequest request, HttpServletResponse response, Authentication vouchedFor)
            throws IOException {
        var user = vouchedFor.getPrincipal() instanceof OidcUser oidc ? user(oidc) : null;
        if (user == null) {
            log.atWarn()
                    .log("Somebody whom the OpenID Connect provider knows is in none of the groups of the settings");
            forget(request);
            page.notLetIn(request, response);
            return;
        }
        // ours in the place of the provider's: pages and API know one kind of user
        var authentication = UsernamePasswordAuthenticationToken.authenticated(
                user, null, user.role().authorities());
        var context = new SecurityContextImpl(authentication);
        SecurityContextHolder.setContext(context);
        new HttpSessionSecurityContextRepository().saveContext(context, request, response);
        page.welcome(request, response, authentication);
    }

    private @Nullable ConsoleUser user(OidcUser oidc) {
        var name = oidc.getClaimAsString(properties.nameClaim());
        if (name == null || name.isBlank() || name.length() > LONGEST_NAME) {
            return null;
        }
        var groups = groups(oidc.getClaim(properties.groupsClaim()));
        return properties.groups().entrySet().stream()
                .filter(group -> groups.contains(group.getKey()))
                .findFirst()
                .map(group -> group.getValue().user(name))
                .orElse(null);
    }

    private static List<String> groups(@Nullable Object claim) {
        return switch (claim) {
            case String one -> List.of(one);
            case Collection<?> many ->
                many.stream()
                        .filter(String.class::isInstance)
                        .map(String.class::cast)
                        .toList();
            case null, default -> List.of();
        };
    }

    private void failed(HttpServletRequest request, HttpServletResponse response, AuthenticationException why)
            throws IOException {
        log.atWarn()
                .addKeyValue(
                        "reason",
                        why instanceof OAuth2AuthenticationException oauth2
                                ? oauth2.getError().getErrorCode()
                                : why.getClass().getSimpleName())
                .log("Signing in by OpenID Connect failed");
        page.notVouchedFor(request, response);
    }

    private static void forget(HttpServletRequest request) {
        SecurityContextHolder.clearContext();
        var session = request.getSession(false);
        if (session != null) {
            session.invalidate();
        }
    }

    /// Nothing is asked in anybody's name, so nothing is kept to ask with.
    private static final class NoTokens implements OAuth2AuthorizedClientRepository {
        @Override
        public <T extends OAuth2AuthorizedClient> @Nullable T loadAuthorizedClient(
                String registration, Authentication principal, HttpServletRequest request) {
            return null;
        }

        @Override
        public void saveAuthorizedClient(
                OAuth2AuthorizedClient client,
                Authentication principal,
                HttpServletRequest request,
                HttpServletResponse response) {}

        @Override
        public void removeAuthorizedClient(
                String registration,
                Authentication principal,
                HttpServletRequest request,
                HttpServletResponse response) {}
    }
}
