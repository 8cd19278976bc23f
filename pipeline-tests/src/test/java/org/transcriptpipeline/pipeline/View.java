package org.transcriptpipeline.pipeline;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.options.ColorScheme;

/// How somebody looks at a page: one of the things that a reader chooses, and no page may fail for.
///
/// @param width in CSS pixels; 320 is what WCAG 1.4.10 asks for, a desktop window zoomed to 400 %
/// @param textScale 2: letters of twice the size, as set in the browser's own settings (WCAG 1.4.4)
record View(
        boolean isDark, int width, int height, boolean hasScript, String locale, String timezone, double textScale) {

    static final int WIDE = 1280;
    static final int NARROW = 320;

    /// A light desktop window of somebody who reads English.
    static final View USUAL = new View(false, WIDE, 900, true, "en-US", "UTC", 1);

    View dark() {
        return new View(true, width, height, hasScript, locale, timezone, textScale);
    }

    View narrow() {
        return new View(isDark, NARROW, 640, hasScript, locale, timezone, textScale);
    }

    View withoutScript() {
        return new View(isDark, width, height, false, locale, timezone, textScale);
    }

    /// @param newLocale `de-DE`; also what the browser asks for in `Accept-Language`
    View in(String newLocale) {
        return new View(isDark, width, height, hasScript, newLocale, timezone, textScale);
    }

    /// @param newTimezone `Europe/Berlin`
    View at(String newTimezone) {
        return new View(isDark, width, height, hasScript, locale, newTimezone, textScale);
    }

    View withTextOfTwiceTheSize() {
        return new View(isDark, width, height, hasScript, locale, timezone, 2);
    }

    NewContextOptions options() {
        return new NewContextOptions()
                .setColorScheme(isDark ? ColorScheme.DARK : ColorScheme.LIGHT)
                .setViewportSize(width, height)
                .setJavaScriptEnabled(hasScript)
                .setLocale(locale)
                .setTimezoneId(timezone);
    }
}
