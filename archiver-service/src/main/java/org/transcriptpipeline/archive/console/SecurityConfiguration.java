package org.transcriptpipeline.archive.console;

import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.DispatcherType;
import java.time.Clock;
import org.springframework.boot.security.autoconfigure.actuate.web.servlet.EndpointRequest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.www.BasicAuthenticationFilter;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy;

/// Who may ask what. Without a session: a sign-in comes with each request, a link holds its own secret.
@Configuration(proxyBeanMethods = false)
class SecurityConfiguration {

    private static final String NOTHING =
            "default-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

    @Bean
    AuthenticationManager authenticationManager(ConsoleProperties properties) {
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

    /// Everything else is for who has signed in.
    @Bean
    @Order(3)
    SecurityFilterChain consoleChain(
            HttpSecurity http,
            AuthenticationManager user,
            ConsoleProperties properties,
            Clock clock,
            MeterRegistry meters) {
        return stateless(http, NOTHING)
                .authenticationManager(user)
                .authorizeHttpRequests(requests -> requests.dispatcherTypeMatchers(DispatcherType.ERROR)
                        .permitAll()
                        .anyRequest()
                        .authenticated())
                .httpBasic(basic -> basic.authenticationEntryPoint(signInFirst()))
                .exceptionHandling(errors -> errors.authenticationEntryPoint(signInFirst())
                        .accessDeniedHandler((_, response, _) ->
                                Problems.write(response, HttpStatus.FORBIDDEN, "This is not yours to ask.")))
                .addFilterBefore(
                        new SignInLimit(properties.failuresPerMinute(), clock, meters), BasicAuthenticationFilter.class)
                .addFilterBefore(new OwnPagesOnly(), SignInLimit.class)
                .build();
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

    /// nosniff, no-store and "no frames" are there by default. CSRF tokens need a session; see [OwnPagesOnly].
    private static HttpSecurity stateless(HttpSecurity http, String contentSecurityPolicy) {
        return http.csrf(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .sessionManagement(sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .headers(headers -> headers.contentSecurityPolicy(
                                policy -> policy.policyDirectives(contentSecurityPolicy))
                        .referrerPolicy(policy -> policy.policy(ReferrerPolicy.NO_REFERRER)));
    }
}
