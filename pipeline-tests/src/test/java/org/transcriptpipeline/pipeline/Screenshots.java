package org.transcriptpipeline.pipeline;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ScreenshotAnimations;
import java.nio.file.Path;

/// Pictures of pages for people to look at, in `target/screenshots`. Nothing is compared: fonts differ from one machine
/// to the next.
final class Screenshots {

    private static final Path DIRECTORY = Path.of("target", "screenshots");

    private Screenshots() {}

    /// The whole page, as `<name>-wide-light.png`, `<name>-narrow-dark.png`.
    static Path take(Page page, String name) {
        var width = page.viewportSize().width < View.WIDE ? "narrow" : "wide";
        var isDark = page.evaluate("() => matchMedia('(prefers-color-scheme: dark)').matches");
        var file = DIRECTORY.resolve(name + "-" + width + "-" + (isDark.equals(true) ? "dark" : "light") + ".png");
        page.screenshot(new Page.ScreenshotOptions()
                .setPath(file)
                .setFullPage(true)
                .setAnimations(ScreenshotAnimations.DISABLED));
        return file;
    }
}
