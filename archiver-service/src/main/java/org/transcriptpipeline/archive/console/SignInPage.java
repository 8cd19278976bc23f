package org.transcriptpipeline.archive.console;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.Authentication;
import org.springframework.security.web.savedrequest.CookieRequestCache;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// The form by which people sign in, where it leads them, and what is shown to who may not do something. Addresses are
/// relative: a proxy may know us by another name.
@RestController
class SignInPage {

    private static final RequestMatcher CONVERSATION =
            PathPatternRequestMatcher.withDefaults().matcher(HttpMethod.GET, "/conversations/*");

    private final Pages pages;
    private final OidcProperties oidc;
    private final CookieRequestCache wanted = new CookieRequestCache();

    SignInPage(Pages pages, OidcProperties oidc) {
        this.pages = pages;
        this.oidc = oidc;
        this.wanted.setRequestMatcher(request -> isPerson(request) && CONVERSATION.matches(request));
    }

    /// Where a link in a mail leads to, kept in a cookie until somebody has signed in: no session is made for who has
    /// not.
    CookieRequestCache wanted() {
        return wanted;
    }

    /// Whether a browser asks for a page, or for a part of one.
    static boolean isPerson(HttpServletRequest request) {
        return isPart(request) || accepts(request, MediaType.TEXT_HTML_VALUE);
    }

    /// By htmx, or by a stream of events.
    private static boolean isPart(HttpServletRequest request) {
        return request.getHeader("HX-Request") != null || accepts(request, MediaType.TEXT_EVENT_STREAM_VALUE);
    }

    private static boolean accepts(HttpServletRequest request, String type) {
        var accepted = request.getHeader(HttpHeaders.ACCEPT);
        return accepted != null && accepted.contains(type);
    }

    /// @param query has `out` when somebody has just signed out
    @GetMapping("/sign-in")
    ResponseEntity<String> form(@RequestParam Map<String, String> query, HttpServletRequest request) {
        return pages.page("sign-in", request, form(null, query.containsKey("out")));
    }

    /// To the form. A part of a page cannot be replaced by it: the whole page has to go there.
    void first(HttpServletRequest request, HttpServletResponse response) {
        if (isPart(request)) {
            response.setStatus(HttpStatus.UNAUTHORIZED.value());
            response.setHeader("HX-Refresh", "true");
        } else {
            lead(response, Pages.root(request) + "sign-in");
        }
    }

    /// To the conversation that was asked for first, or to the list.
    void welcome(HttpServletRequest request, HttpServletResponse response, Authentication user) {
        var first = wanted.getRequest(request, response);
        wanted.removeRequest(request, response);
        if (first == null) {
            lead(response, "./");
            return;
        }
        var address = URI.create(first.getRedirectUrl());
        var path = address.getRawPath().substring(request.getContextPath().length());
        lead(response, "." + path + (address.getRawQuery() == null ? "" : "?" + address.getRawQuery()));
    }

    void goodbye(HttpServletRequest request, HttpServletResponse response, @Nullable Authentication user) {
        lead(response, "./sign-in?out");
    }

    /// The form once more. Its status tells [SignInLimit].
    void wrong(HttpServletRequest request, HttpServletResponse response, Exception why) throws IOException {
        pages.write(HttpStatus.UNAUTHORIZED, "sign-in", request, response, form("sign-in.wrong", false));
    }

    /// The provider did not say who it is.
    void notVouchedFor(HttpServletRequest request, HttpServletResponse response) throws IOException {
        pages.write(HttpStatus.UNAUTHORIZED, "sign-in", request, response, form("sign-in.not-vouched-for", false));
    }

    /// The provider did, and the settings let them do nothing.
    void notLetIn(HttpServletRequest request, HttpServletResponse response) throws IOException {
        pages.write(HttpStatus.FORBIDDEN, "sign-in", request, response, form("sign-in.not-let-in", false));
    }

    private Map<String, @Nullable Object> form(@Nullable String wrong, boolean isOut) {
        var variables = new HashMap<String, @Nullable Object>();
        variables.put("wrong", wrong);
        variables.put("isOut", isOut);
        variables.put("isOidc", oidc.isOn());
        return variables;
    }

    void forbidden(HttpServletRequest request, HttpServletResponse response, Exception why) throws IOException {
        if (isPerson(request)) {
            pages.write(HttpStatus.FORBIDDEN, "failure", request, response, Map.of("sentence", "failure.forbidden"));
        } else {
            Problems.write(response, HttpStatus.FORBIDDEN, "This is not yours to ask.");
        }
    }

    private static void lead(HttpServletResponse response, String address) {
        response.setStatus(HttpStatus.SEE_OTHER.value());
        response.setHeader(HttpHeaders.LOCATION, address);
    }
}
