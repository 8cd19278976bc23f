package org.transcriptpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Page;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A page as somebody goes through it who has no mouse.
final class Keyboard {

    private static final int MOST_STOPS = 200;

    /// An outline of at least two pixels that differs from what is behind it by 3 to 1 (WCAG 1.4.11), inside the
    /// window.
    /// Null where that is so, else what is wrong.
    private static final String OUTLINE = """
        () => {
            const stop = document.activeElement;
            const style = getComputedStyle(stop);
            if (!stop.matches(':focus-visible')) return 'is not marked as focused';
            if (style.outlineStyle === 'none') return 'has no outline';
            if (style.outlineStyle !== 'auto') {
                if (parseFloat(style.outlineWidth) < 2) return 'has an outline of ' + style.outlineWidth;
                const numbers = colour => (colour.match(/^rgba?\\(([^)]*)\\)$/)?.[1] ?? '').split(/[ ,/]+/).map(Number);
                let behind = parseFloat(style.outlineOffset) < 0 ? stop : stop.parentElement;
                while (behind && numbers(getComputedStyle(behind).backgroundColor)[3] === 0) behind = behind.parentElement;
                const light = colour => numbers(colour).slice(0, 3).map(value => value / 255)
                    .map(value => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
                    .reduce((sum, value, index) => sum + value * [0.2126, 0.7152, 0.0722][index], 0);
                const paper = behind ? getComputedStyle(behind).backgroundColor : 'rgb(255, 255, 255)';
                const both = [light(style.outlineColor), light(paper)].sort((one, other) => other - one);
                const contrast = (both[0] + 0.05) / (both[1] + 0.05);
                if (!(contrast >= 3)) return `has an outline of ${style.outlineColor} on ${paper}, ${contrast} to 1`;
            }
            const box = stop.getBoundingClientRect();
            if (box.width === 0 || box.height === 0) return 'has no size';
            if (box.bottom < 0 || box.top > innerHeight || box.right < 0 || box.left > innerWidth)
                return 'is outside of the window';
            return null;
        }\
        """;

    /// @param role `button`, `link`, as the browser tells a screen reader
    /// @param name likewise
    /// @param fault what is wrong with how it shows that it has the focus; null: nothing
    record Stop(String role, String name, @Nullable String fault, int node) {}

    private Keyboard() {}

    /// The accessible names of what Tab reaches, in this order. Fails where one of them does not show it, or has no
    /// name.
    static List<String> names(Page page) {
        var stops = stops(page);
        assertThat(stops).allSatisfy(stop -> {
            assertThat(stop.fault()).as("%s \"%s\"", stop.role(), stop.name()).isNull();
            assertThat(stop.name()).as("name of a %s", stop.role()).isNotBlank();
        });
        return stops.stream().map(Stop::name).toList();
    }

    /// From the beginning of the page until Tab leaves it or comes round. The focus is nowhere afterwards.
    static List<Stop> stops(Page page) {
        var session = page.context().newCDPSession(page);
        var stops = new ArrayList<Stop>();
        page.evaluate("() => document.activeElement?.blur()");
        for (int i = 0; i < MOST_STOPS; i++) {
            page.keyboard().press("Tab");
            var stop = stop(page, session);
            if (stop != null && !stops.isEmpty() && stops.getLast().node() == stop.node()) {
                continue; // a date has a stop for each of its parts
            }
            if (stop == null || stops.stream().anyMatch(known -> known.node() == stop.node())) {
                session.detach();
                page.evaluate("() => document.activeElement?.blur()");
                return List.copyOf(stops);
            }
            stops.add(stop);
        }
        throw new AssertionError("Tab reaches more than " + MOST_STOPS + " things at " + page.url());
    }

    /// Tabs on until what has this name has the focus, as somebody does who wants to press it.
    static void goTo(Page page, String name) {
        var session = page.context().newCDPSession(page);
        var passed = new ArrayList<Stop>();
        for (int i = 0; i < MOST_STOPS; i++) {
            page.keyboard().press("Tab");
            var stop = stop(page, session);
            if (stop != null && stop.name().equals(name)) {
                session.detach();
                return;
            }
            if (stop == null || (!passed.isEmpty() && passed.getLast().node() == stop.node())) {
                continue; // a date has a stop for each of its parts
            }
            if (passed.stream().anyMatch(known -> known.node() == stop.node())) {
                break;
            }
            passed.add(stop);
        }
        throw new AssertionError("Tab never reaches \"" + name + "\", only "
                + passed.stream().map(Stop::name).toList());
    }

    /// Null: nothing in the page has the focus.
    private static @Nullable Stop stop(Page page, CDPSession session) {
        var isInside = page.evaluate(
                "() => ![document.body, document.documentElement, null].includes(document.activeElement)");
        if (isInside.equals(false)) {
            return null;
        }
        var active = new JsonObject();
        active.addProperty("expression", "document.activeElement");
        var object = session.send("Runtime.evaluate", active)
                .getAsJsonObject("result")
                .get("objectId");
        var which = new JsonObject();
        which.add("objectId", object);
        which.addProperty("fetchRelatives", false);
        var node = session.send("Accessibility.getPartialAXTree", which)
                .getAsJsonArray("nodes")
                .get(0)
                .getAsJsonObject();
        return new Stop(
                text(node, "role"),
                text(node, "name"),
                (String) page.evaluate(OUTLINE),
                node.get("backendDOMNodeId").getAsInt());
    }

    private static String text(JsonObject node, String property) {
        var value = node.getAsJsonObject(property);
        return value == null || value.get("value") == null
                ? ""
                : value.get("value").getAsString();
    }
}
