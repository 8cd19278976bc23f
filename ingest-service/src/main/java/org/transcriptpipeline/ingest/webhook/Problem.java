package org.transcriptpipeline.ingest.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/// Every refusal, as RFC 9457 problem+json with fixed words: nothing of a request is ever echoed.
enum Problem {
    MALFORMED(400, "Bad Request", "The request is not HTTP as it should be."),
    INCOMPLETE(400, "Bad Request", "The request names no conversation."),
    ACCOUNT_NEEDED(400, "Bad Request", "Several accounts are served: accountSid must name one of them."),
    TOO_MANY_PARAMETERS(400, "Bad Request", "The form has too many parameters."),
    PASSWORD_NEEDED(401, "Unauthorized", "The request is neither signed nor has it credentials."),
    FORBIDDEN(403, "Forbidden", "The request could not be verified."),
    NOT_FOUND(404, "Not Found", "There is nothing here."),
    METHOD(405, "Method Not Allowed", "Only POST is accepted."),
    TOO_SLOW(408, "Request Timeout", "The body did not arrive in time."),
    TOO_LONG(413, "Content Too Large", "The body is too large."),
    CONTENT_TYPE(415, "Unsupported Media Type", "The content type is not accepted here."),
    CONTENT_ENCODING(415, "Unsupported Media Type", "Encoded bodies are not accepted."),
    HEADERS_TOO_LARGE(431, "Request Header Fields Too Large", "The headers are too large."),
    FAILED(500, "Internal Server Error", "The request could not be handled."),
    UNAVAILABLE(503, "Service Unavailable", "The event could not be stored. Try again.");

    private final int status;
    private final byte[] json;

    Problem(int status, String title, String detail) {
        this.status = status;
        this.json = """
                {"type":"about:blank","title":"%s","status":%d,"detail":"%s"}""".formatted(title, status, detail).getBytes(UTF_8);
    }

    /// The nearest to what the container says.
    static Problem ofContainer(int status) {
        return switch (status) {
            case 404 -> NOT_FOUND;
            case 405 -> METHOD;
            case 413 -> TOO_LONG;
            case 431 -> HEADERS_TOO_LARGE;
            case 501, 505 -> MALFORMED; // another protocol is no failure of ours
            case 503 -> UNAVAILABLE;
            default -> status < 500 ? MALFORMED : FAILED;
        };
    }

    int status() {
        return status;
    }

    void writeTo(HttpServletResponse response) throws IOException {
        response.setStatus(status);
        switch (this) {
            case METHOD -> response.setHeader("Allow", "POST");
            case UNAVAILABLE -> response.setHeader("Retry-After", "1");
            case PASSWORD_NEEDED ->
                response.setHeader("WWW-Authenticate", "Basic realm=\"flow-ended\", charset=\"UTF-8\"");
            case TOO_SLOW, TOO_LONG, CONTENT_ENCODING -> response.setHeader("Connection", "close");
            case MALFORMED,
                    INCOMPLETE,
                    ACCOUNT_NEEDED,
                    TOO_MANY_PARAMETERS,
                    FORBIDDEN,
                    NOT_FOUND,
                    CONTENT_TYPE,
                    HEADERS_TOO_LARGE,
                    FAILED -> {
                // nothing to add
            }
        }
        response.setContentType("application/problem+json");
        response.setContentLength(json.length);
        response.getOutputStream().write(json);
    }
}
