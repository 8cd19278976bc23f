package org.transcriptpipeline.archive.console;

import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.transcriptpipeline.archive.access.Reader;
import org.transcriptpipeline.archive.reading.Overview;
import org.transcriptpipeline.archive.reading.Overviews;
import org.transcriptpipeline.archive.setup.Spills;
import tools.jackson.databind.json.JsonMapper;

/// How it goes, as pictures with the numbers beside them.
@RestController
class OverviewPages {

    /// Days that can be looked at.
    private static final List<Integer> SPANS = List.of(7, 30, 90, 365);

    private static final JsonMapper JSON = JsonMapper.shared();

    private final Overviews overviews;
    private final Spills spills;
    private final Pages pages;
    private final Clock clock;

    OverviewPages(Overviews overviews, Spills spills, Pages pages, Clock clock) {
        this.overviews = overviews;
        this.spills = spills;
        this.pages = pages;
        this.clock = clock;
    }

    @GetMapping("/overview")
    ResponseEntity<String> show(
            @RequestParam(defaultValue = "30") int days,
            @AuthenticationPrincipal ConsoleUser user,
            HttpServletRequest request) {
        if (!SPANS.contains(days)) {
            return pages.failure(HttpStatus.BAD_REQUEST, "failure.address", request);
        }
        var today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        var overview = overviews.of(user.by(Reader.Via.CONSOLE), today.minusDays(days - 1L), today);
        return pages.page(
                "overview",
                request,
                Map.of(
                        "overview", overview,
                        "spills", spills.look(),
                        "spans", SPANS,
                        "span", days,
                        "series", series(overview)));
    }

    /// What the picture is drawn of: times in seconds, and a row of numbers for each line.
    private static String series(Overview overview) {
        var series = new LinkedHashMap<String, Object>();
        series.put(
                "days",
                overview.days().stream()
                        .map(day -> day.day().atStartOfDay(ZoneOffset.UTC).toEpochSecond())
                        .toList());
        series.put(
                "inbound", overview.days().stream().map(Overview.Day::inbound).toList());
        series.put(
                "outbound", overview.days().stream().map(Overview.Day::outbound).toList());
        series.put(
                "conversations",
                overview.days().stream().map(Overview.Day::conversations).toList());
        return JSON.writeValueAsString(series); // numbers only: nothing in it could end the element that holds it
    }
}
