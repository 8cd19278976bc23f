package org.transcriptpipeline.archive.console;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.stereotype.Component;

/// The console's pages: what each of them has beside its own.
@Component
class Pages {

    private static final MediaType HTML = new MediaType("text", "html", StandardCharsets.UTF_8);

    private final PageEngine engine;
    private final Assets assets;

    Pages(PageEngine engine, Assets assets) {
        this.engine = engine;
        this.assets = assets;
    }

    /// @param template see [PageEngine#page]
    ResponseEntity<String> page(
            HttpStatus status,
            String template,
            HttpServletRequest request,
            Map<String, ? extends @Nullable Object> variables) {
        return ResponseEntity.status(status)
                .contentType(HTML)
                .header(HttpHeaders.VARY, HttpHeaders.ACCEPT_LANGUAGE)
                .body(text(template, request, variables));
    }

    ResponseEntity<String> page(
            String template, HttpServletRequest request, Map<String, ? extends @Nullable Object> variables) {
        return page(HttpStatus.OK, template, request, variables);
    }

    /// Says what is wrong, in one sentence of ours.
    ///
    /// @param sentence name of the sentence among the words
    ResponseEntity<String> failure(HttpStatus status, String sentence, HttpServletRequest request) {
        return page(status, "failure", request, Map.of("sentence", sentence));
    }

    /// Outside of Spring MVC.
    void write(
            HttpStatus status,
            String template,
            HttpServletRequest request,
            HttpServletResponse response,
            Map<String, ? extends @Nullable Object> variables)
            throws IOException {
        response.setStatus(status.value());
        response.setContentType(HTML.toString());
        response.getOutputStream().write(text(template, request, variables).getBytes(StandardCharsets.UTF_8));
    }

    Words words(HttpServletRequest request) {
        return engine.words(request.getHeader(HttpHeaders.ACCEPT_LANGUAGE));
    }

    private String text(
            String template, HttpServletRequest request, Map<String, ? extends @Nullable Object> variables) {
        var all = new HashMap<String, @Nullable Object>(variables);
        all.put("root", root(request));
        all.put("assets", assets.addresses());
        all.put("csrf", request.getAttribute(CsrfToken.class.getName()) instanceof CsrfToken token ? token : null);
        var user = user();
        all.put("userName", user == null ? null : user.name());
        all.put("isOperator", user != null && user.isOperator());
        all.put("isAdmin", user != null && user.isAdmin());
        return engine.page(template, request.getHeader(HttpHeaders.ACCEPT_LANGUAGE), all);
    }

    /// Relative, since a proxy may know us by another path.
    static String root(HttpServletRequest request) {
        var path = request.getServletPath();
        var depth = path.chars().filter(c -> c == '/').count() - 1;
        return depth < 1 ? "./" : "../".repeat(Math.toIntExact(depth));
    }

    private static @Nullable ConsoleUser user() {
        var authentication = SecurityContextHolder.getContext().getAuthentication();
        return authentication != null && authentication.getPrincipal() instanceof ConsoleUser user ? user : null;
    }
}
