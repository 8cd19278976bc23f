package org.transcriptpipeline.ingest.webhook;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.apache.coyote.AbstractProtocol;
import org.apache.coyote.http11.Http11InputBuffer;
import org.apache.tomcat.util.res.StringManager;
import org.jspecify.annotations.Nullable;

/// What Tomcat refuses before any servlet sees it, in the form of all our refusals.
final class ContainerProblems extends ErrorReportValve {

    /// Tomcat answers 400 to headers beyond the limit, and nothing but its own words tells them from other mistakes;
    /// they are taken from where it takes them.
    private static final String HEADERS_TOO_LARGE =
            StringManager.getManager(Http11InputBuffer.class).getString("iib.requestheadertoolarge.error");

    @Override
    protected void report(Request request, Response response, @Nullable Throwable failure) {
        if (response.getStatus() < HttpServletResponse.SC_BAD_REQUEST
                || response.getContentWritten() > 0
                || !response.setErrorReported()) {
            return;
        }
        try {
            problemOf(request, response, failure).writeTo(response);
            response.finishResponse();
        } catch (IOException | IllegalStateException e) {
            // nobody is there to read it
        }
    }

    private static Problem problemOf(Request request, Response response, @Nullable Throwable failure) {
        // a request that a stop catches half read: Tomcat reads on no more, and then finds that it lacks its headers
        if (request.getConnector().getProtocolHandler() instanceof AbstractProtocol<?> protocol
                && protocol.isPaused()) {
            return Problem.UNAVAILABLE;
        }
        return Problem.ofContainer(isHeadersTooLarge(failure) ? 431 : response.getStatus());
    }

    private static boolean isHeadersTooLarge(@Nullable Throwable failure) {
        return failure != null && HEADERS_TOO_LARGE.equals(failure.getMessage());
    }
}
