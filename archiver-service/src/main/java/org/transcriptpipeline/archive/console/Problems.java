package org.transcriptpipeline.archive.console;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
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
import tools.jackson.databind.json.JsonMapper;

/// Every error as problem+json, without an echo of the request: no [org.springframework.http.ProblemDetail], which
/// Spring
/// fills with the request's path.
@RestController
@RestControllerAdvice
class Problems implements ErrorController {

    private static final JsonMapper JSON = JsonMapper.shared();

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

    @ExceptionHandler({DataAccessException.class, TransactionException.class})
    ResponseEntity<Object> databaseIsAway() {
        return later("The database does not answer.");
    }

    @ExceptionHandler(EventOutlet.NotPublishedException.class)
    ResponseEntity<Object> kafkaIsAway() {
        return later("Kafka does not take the request. Ask again, with the same Idempotency-Key.");
    }

    private static ResponseEntity<Object> later(String detail) {
        return ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE)
                .header(HttpHeaders.RETRY_AFTER, "5")
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(problem(HttpStatus.SERVICE_UNAVAILABLE, detail));
    }

    /// What nobody has dealt with.
    @RequestMapping("${server.error.path:${error.path:/error}}")
    ResponseEntity<Object> error(HttpServletRequest request) {
        var status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE) instanceof Integer code
                ? HttpStatus.resolve(code)
                : null;
        var known = status == null ? HttpStatus.NOT_FOUND : status;
        return answer(known, known.is5xxServerError() ? "It failed here; the log says why." : known.getReasonPhrase());
    }
}
