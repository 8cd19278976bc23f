package org.transcriptpipeline.archive.console;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.transaction.TransactionException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.transcriptpipeline.archive.reconcile.EventOutlet;
import org.transcriptpipeline.kafka.Fault;
import tools.jackson.databind.json.JsonMapper;

/// Every error as problem+json, or as a page to who looks at pages, without an echo of the request: no
/// [org.springframework.http.ProblemDetail], which Spring fills with the request's path.
@RestController
@RestControllerAdvice
class Problems implements ErrorController {

    /// There is none, or none that they may see: who asks is not to learn which.
    static final String UNKNOWN_CONVERSATION = "The store does not know this conversation.";

    private static final Logger log = LoggerFactory.getLogger(Problems.class);
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Pages pages;

    Problems(Pages pages) {
        this.pages = pages;
    }

    /// Outside of Spring MVC.
    static void write(HttpServletResponse response, HttpStatus status, String detail) throws IOException {
        response.setStatus(status.value());
        response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
        response.getOutputStream()
                .write(JSON.writeValueAsString(problem(status, detail)).getBytes(StandardCharsets.UTF_8));
    }

    private static Map<String, Object> problem(HttpStatus status, String detail) {
        var problem = new LinkedHashMap<String, Object>();
        problem.put("title", status.getReasonPhrase());
        problem.put("status", status.value());
        problem.put("detail", detail);
        return problem;
    }

    static ResponseEntity<Object> answer(HttpStatus status, String detail) {
        return ResponseEntity.status(status)
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(problem(status, detail));
    }

    static ResponseEntity<Object> unknownConversation() {
        return answer(HttpStatus.NOT_FOUND, UNKNOWN_CONVERSATION);
    }

    @ExceptionHandler({DataAccessException.class, TransactionException.class})
    ResponseEntity<?> databaseIsAway(RuntimeException failure, HttpServletRequest request) {
        log.atWarn() // its words may be somebody's: of what kind it is, and nothing else
                .addKeyValue("failure", failure.getClass().getSimpleName())
                .addKeyValue("fault", Fault.of(failure))
                .log("The database did not answer a reader");
        return isPage(request)
                ? pages.failure(HttpStatus.SERVICE_UNAVAILABLE, "failure.away", request)
                : later("The database does not answer.");
    }

    @ExceptionHandler(EventOutlet.NotPublishedException.class)
    ResponseEntity<?> kafkaIsAway(HttpServletRequest request) {
        return isPage(request)
                ? pages.failure(HttpStatus.SERVICE_UNAVAILABLE, "failure.kafka", request)
                : later("Kafka does not take the request. Ask again, with the same Idempotency-Key.");
    }

    /// Whether a person looks at the answer.
    private static boolean isPage(HttpServletRequest request) {
        var path = request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI) instanceof String original
                ? original
                : request.getServletPath();
        var accepted = request.getHeader(HttpHeaders.ACCEPT);
        return !path.startsWith("/api/") && accepted != null && accepted.contains(MediaType.TEXT_HTML_VALUE);
    }

    private static ResponseEntity<Object> later(String detail) {
        return ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE)
                .header(HttpHeaders.RETRY_AFTER, "5")
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(problem(HttpStatus.SERVICE_UNAVAILABLE, detail));
    }

    /// What nobody has dealt with.
    @RequestMapping("${server.error.path:${error.path:/error}}")
    ResponseEntity<?> error(HttpServletRequest request) {
        var status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE) instanceof Integer code
                ? HttpStatus.resolve(code)
                : null;
        var known = status == null ? HttpStatus.NOT_FOUND : status;
        if (isPage(request)) {
            return pages.failure(known, known.is5xxServerError() ? "failure.here" : "failure.unknown", request);
        }
        return answer(known, known.is5xxServerError() ? "It failed here; the log says why." : known.getReasonPhrase());
    }
}
