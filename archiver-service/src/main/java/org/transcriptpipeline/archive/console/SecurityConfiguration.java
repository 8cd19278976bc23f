package org.transcriptpipeline.archive.console;

import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.DispatcherType;
import java.time.Clock;
import org.springframework.boot.security.autoconfigure.actuate.web.servlet.EndpointRequest;
import org.springframework.boot.session.autoconfigure.DefaultCookieSerializerCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.UsernamePasswordAuthenticationFilter;
import org.springframework.security.web.authentication.www.BasicAuthenticationFilter;
import org.springframework.security.web.context.SecurityContextHolderFilter;
import org.springframework.security.web.csrf.CookieCsrfTokenRepository;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy;
import org.springframework.session.jdbc.PostgreSqlJdbcIndexedSessionRepositoryCustomizer;

/// Who may ask what. People sign in by a form and have a session; programs bring their sign-in with each request; a
/// link in a mail holds its own secret. See `docs/adr/038-the-console-reads-the-public-views.md`.
@Configuration(proxyBeanMethods = false)
class SecurityConfiguration {

    private static final String NOTHING =
            "default-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

    /// Files of our own and nothing else: no script or style within a page, nobody else's server.
    static final String OWN_FILES = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
            + "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    @Bean
    SignIn signIn(ConsoleProperties properties) {
        return new SignIn(properties.accounts());
    }

    /// Health and metrics, on the management port, which listens on loopback.
    @Bean
    @Order(1)
    SecurityFilterChain managementChain(HttpSecurity http) {
        return stateless(http, NOTHING)
                .securityMatcher(EndpointRequest.toAnyEndpoint())
                .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                .build();
    }

    /// The operator's page. Whether the link is genuine is for [TakePages] to say.
    @Bean
    @Order(2)
    SecurityFilterChain takePageChain(HttpSecurity http, TakePageWriter writer) {
        return stateless(http, writer.contentSecurityPolicy())
                .securityMatcher("/handoffs/**")
                .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                .addFilterBefore(new OwnPagesOnly(), BasicAuthenticationFilter.class)
                .build();
    }

    /// Style and scripts, which the page of the sign-in has too.
    @Bean
    @Order(3)
    SecurityFilterChain assetChain(HttpSecurity http) {
        return stateless(http, NOTHING)
                .securityMatcher("/assets/**")
                .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                .headers(headers -> headers.cacheControl(control -> control.disable()))
                .build();
    }

    /// Programs, and the browser of who has a session.
    @Bean
    @Order(4)
    SecurityFilterChain apiChain(
            HttpSecurity http,
            SignIn signIn,
            OidcSignIn oidc,
            ConsoleProperties properties,
            Clock clock,
            MeterRegistry meters) {
        return common(http, NOTHING)
                .securityMatcher("/api/**")
                .csrf(AbstractHttpConfigurer::disable) // see OwnPagesOnly
                .requestCache(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .sessionManagement(sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.NEVER))
                .authorizeHttpRequests(requests -> requests.dispatcherTypeMatchers(DispatcherType.ERROR)
                        .permitAll()
                        .requestMatchers(HttpMethod.POST, "/api/conversations/search")
                        .hasRole("VIEWER") // looks, with a person's number in the body
                        .requestMatchers(HttpMethod.GET, "/api/**")
                        .hasRole("VIEWER")
                        .anyRequest()
                        .hasRole("OPERATOR"))
                .httpBasic(basic -> basic.authenticationEntryPoint(signInFirst()))
                .exceptionHandling(errors -> errors.authenticationEntryPoint(signInFirst())
                        .accessDeniedHandler((_, response, _) ->
                                Problems.write(response, HttpStatus.FORBIDDEN, "This is not yours to ask.")))
                .addFilterAfter(
                        new CurrentUsersOnly(signIn, oidc, properties.longestSession(), clock),
                        SecurityContextHolderFilter.class)
                .addFilterBefore(
                        new SignInLimit(properties.failuresPerMinute(), clock, meters), BasicAuthenticationFilter.class)
                .addFilterBefore(new OwnPagesOnly(), SignInLimit.class)
                .build();
    }

    /// Pages, for people.
    @Bean
    @Order(5)
    SecurityFilterChain pageChain(
            HttpSecurity http,
            SignIn signIn,
            OidcSignIn oidc,
            SignInPage page,
            ConsoleProperties properties,
            Clock clock,
            MeterRegistry meters) {
        var tokens = new CookieCsrfTokenRepository(); // no session for who has not signed in
        tokens.setCookieName("transcripts_csrf");
        tokens.setCookieCustomizer(cookie -> {
            cookie.sameSite("Strict");
            if (properties.isSecure()) {
                cookie.secure(true);
            }
        });
        oidc.addTo(http);
        return common(http, OWN_FILES)
                .csrf(csrf -> csrf.csrfTokenRepository(tokens))
                .requestCache(cache -> cache.requestCache(page.wanted()))
                .authorizeHttpRequests(requests -> requests.dispatcherTypeMatchers(DispatcherType.ERROR)
                        .permitAll()
                        .requestMatchers("/sign-in")
                        .permitAll()
                        .requestMatchers("/set-up/**")
                        .hasRole("ADMIN")
                        .requestMatchers("/conversations/*/handoffs/**")
                        .hasRole("OPERATOR")
                        .anyRequest()
                        .hasRole("VIEWER"))
                .formLogin(form ->
                        form.loginPage("/sign-in").successHandler(page::welcome).failureHandler(page::wrong))
                .logout(logout -> logout.logoutUrl("/sign-out")
                        .deleteCookies("transcripts_csrf")
                        .logoutSuccessHandler(page::goodbye))
                .httpBasic(basic -> basic.authenticationEntryPoint(signInFirst()))
                .exceptionHandling(errors -> errors.authenticationEntryPoint((request, response, why) -> {
                            if (SignInPage.isPerson(request)) {
                                page.first(request, response);
                            } else {
                                signInFirst().commence(request, response, why);
                            }
                        })
                        .accessDeniedHandler(page::forbidden))
                .addFilterAfter(
                        new CurrentUsersOnly(signIn, oidc, properties.longestSession(), clock),
                        SecurityContextHolderFilter.class)
                .addFilterBefore(
                        new SignInLimit(properties.failuresPerMinute(), clock, meters),
                        UsernamePasswordAuthenticationFilter.class)
                .addFilterBefore(new OwnPagesOnly(), SignInLimit.class)
                .build();
    }

    /// The cookie of the session, which no script sees. Not strict: a link in a mail leads to a page of who has signed
    /// in.
    @Bean
    DefaultCookieSerializerCustomizer sessionCookie(ConsoleProperties properties) {
        return cookie -> {
            cookie.setCookieName("transcripts_session");
            cookie.setSameSite("Lax");
            if (properties.isSecure()) {
                cookie.setUseSecureCookie(true);
            }
        };
    }

    /// Two requests of one page at the same time write one attribute.
    @Bean
    PostgreSqlJdbcIndexedSessionRepositoryCustomizer sessionStatements() {
        return new PostgreSqlJdbcIndexedSessionRepositoryCustomizer();
    }

    private static AuthenticationEntryPoint signInFirst() {
        return (_, response, _) -> {
            response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Basic realm=\"transcripts\", charset=\"UTF-8\"");
            Problems.write(
                    response,
                    HttpStatus.UNAUTHORIZED,
                    "Sign in with CONSOLE_USERNAME and CONSOLE_PASSWORD, or as a user of transcripts.console.users.");
        };
    }

    /// CSRF tokens need somewhere to keep them; see [OwnPagesOnly].
    private static HttpSecurity stateless(HttpSecurity http, String contentSecurityPolicy) {
        return common(http, contentSecurityPolicy)
                .csrf(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .sessionManagement(sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS));
    }

    /// nosniff, no-store and "no frames" are there by default.
    private static HttpSecurity common(HttpSecurity http, String contentSecurityPolicy) {
        return http.headers(
                headers -> headers.contentSecurityPolicy(policy -> policy.policyDirectives(contentSecurityPolicy))
                        .referrerPolicy(policy -> policy.policy(ReferrerPolicy.NO_REFERRER)));
    }
}
