package org.transcriptpipeline.cli.doctor;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.PrintStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.cli.PublicAddress;
import org.transcriptpipeline.signature.BaseUrl;
import org.transcriptpipeline.twilio.Pages;
import org.transcriptpipeline.twilio.TwilioSetup;

/// What Twilio says went wrong when it called us.
record AlertsReport(List<Line> alerts) {

    /// Webhooks that failed for a day fill more than anybody reads.
    private static final int MOST = 1000;

    /// @param endpoint the path, without its query
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Line(
            @Nullable Instant at,
            @Nullable String level,
            @Nullable String errorCode,
            String endpoint,
            @Nullable String resourceSid,
            String alertSid) {}

    static AlertsReport of(TwilioSetup setup, List<BaseUrl> ours, Instant from) {
        var lines = new ArrayList<Line>();
        for (var page : Pages.of(next -> setup.alerts(from, null, next))) {
            for (var alert : page.items()) {
                var url = alert.requestUrl();
                if (url != null && ours.stream().anyMatch(base -> PublicAddress.isBelow(base, url))) {
                    lines.add(new Line(
                            alert.dateGenerated(),
                            alert.logLevel(),
                            alert.errorCode(),
                            endpoint(url),
                            alert.resourceSid(),
                            alert.sid()));
                }
            }
            if (lines.size() >= MOST) {
                break;
            }
        }
        return new AlertsReport(lines);
    }

    void print(PrintStream out) {
        if (alerts.isEmpty()) {
            out.println("Twilio has no alert about our addresses in this time.");
        }
        for (var line : alerts) {
            out.println(line.at() + "  " + line.errorCode() + "  " + line.endpoint() + "  " + line.alertSid());
        }
        if (alerts.size() >= MOST) {
            out.println("There may be more: these are the first " + alerts.size() + ".");
        }
    }

    private static String endpoint(String url) {
        var path = url.replaceAll("[?#].*", "");
        int own = path.indexOf("/webhooks/");
        return own < 0 ? "(another path)" : path.substring(own);
    }
}
