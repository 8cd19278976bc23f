package org.transcriptpipeline.archive.console;

import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.filter.OncePerRequestFilter;

/// Counts sign-ins, and lets an address that failed too often wait out the minute. Behind a proxy all callers are one
/// address; the proxy is then the place for a finer limit.
final class SignInLimit extends OncePerRequestFilter {

    private static final Logger log = LoggerFactory.getLogger(SignInLimit.class);
    private static final int MOST_ADDRESSES = 10_000;

    private final int failuresPerMinute;
    private final Clock clock;
    private final MeterRegistry meters;

    /// The oldest minute is forgotten first.
    private final Map<String, Minute> failures = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Minute> eldest) {
            return size() > MOST_ADDRESSES;
        }
    };

    SignInLimit(int failuresPerMinute, Clock clock, MeterRegistry meters) {
        this.failuresPerMinute = failuresPerMinute;
        this.clock = clock;
        this.meters = meters;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (!isSignIn(request)) {
            chain.doFilter(request, response);
            return;
        }
        var address = request.getRemoteAddr();
        if (isToWait(address)) {
            count("limited");
            response.setHeader(HttpHeaders.RETRY_AFTER, "60");
            Problems.write(response, HttpStatus.TOO_MANY_REQUESTS, "Too many wrong sign-ins; wait a minute.");
            return;
        }
        chain.doFilter(request, response);
        if (response.getStatus() == HttpStatus.UNAUTHORIZED.value()) {
            count("refused");
            if (isLast(address)) {
                log.atWarn()
                        .addKeyValue("failures", failuresPerMinute)
                        .log("An address signs in wrongly again and again, and has to wait");
            }
        } else {
            count("accepted");
        }
    }

    /// By a header, as programs do, or by the form.
    private static boolean isSignIn(HttpServletRequest request) {
        return request.getHeader(HttpHeaders.AUTHORIZATION) != null
                || (request.getMethod().equals("POST")
                        && request.getServletPath().equals("/sign-in"));
    }

    private boolean isToWait(String address) {
        synchronized (failures) {
            var minute = failures.get(address);
            return minute != null && minute.number() == thisMinute() && minute.count() >= failuresPerMinute;
        }
    }

    /// Notes a failure.
    ///
    /// @return whether it was the last one that is allowed in this minute
    private boolean isLast(String address) {
        synchronized (failures) {
            long now = thisMinute();
            var before = failures.remove(address); // to the end of the order
            int count = before == null || before.number() != now ? 1 : before.count() + 1;
            failures.put(address, new Minute(now, count));
            return count == failuresPerMinute;
        }
    }

    private long thisMinute() {
        return clock.instant().getEpochSecond() / 60;
    }

    private void count(String outcome) {
        meters.counter("transcripts_console_sign_ins", "outcome", outcome).increment();
    }

    private record Minute(long number, int count) {}
}
