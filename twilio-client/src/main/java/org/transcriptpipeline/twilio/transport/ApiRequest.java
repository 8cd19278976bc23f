package org.transcriptpipeline.twilio.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import com.twilio.http.HttpMethod;
import com.twilio.http.Request;
import java.net.URLEncoder;
import java.time.Duration;
import java.util.List;

/// A request of the SDK that keeps its parameters itself: the SDK leaves out a parameter whose value is the text
/// "null", be it all that somebody wrote, and prints queries when it logs.
final class ApiRequest extends Request {

    private final Ask ask;
    private final Duration timeout;

    ApiRequest(Ask ask, Duration timeout) {
        super(HttpMethod.forValue(ask.verb().name()), ask.url());
        this.ask = ask;
        this.timeout = timeout;
    }

    List<Parameter> headers() {
        return ask.headers();
    }

    Duration timeout() {
        return timeout;
    }

    @Override
    public String encodeQueryParams() {
        return encoded(ask.query());
    }

    @Override
    public String encodeFormBody() {
        return encoded(ask.form());
    }

    private static String encoded(List<Parameter> parameters) {
        return parameters.stream()
                .map(parameter ->
                        URLEncoder.encode(parameter.name(), UTF_8) + "=" + URLEncoder.encode(parameter.value(), UTF_8))
                .collect(joining("&"));
    }
}
