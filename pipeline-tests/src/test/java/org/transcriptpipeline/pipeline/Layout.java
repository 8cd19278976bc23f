package org.transcriptpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import java.util.List;

/// Whether a page still has everything when there is little room or large letters.
final class Layout {

    /// What scrolls on purpose loses nothing, and what is one pixel small is there for screen readers only.
    private static final String LOST = """
        () => {
            const lost = [];
            const root = document.scrollingElement;
            const name = element => element.tagName.toLowerCase() + (element.id ? '#' + element.id : '')
                + [...element.classList].map(one => '.' + one).join('');
            if (root.scrollWidth > root.clientWidth + 1)
                lost.push(`the page is ${root.scrollWidth} wide in a window of ${root.clientWidth}`);
            const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
            while (texts.nextNode()) {
                const text = texts.currentNode;
                const owner = text.parentElement;
                if (!text.data.trim() || !owner.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
                const range = document.createRange();
                range.selectNodeContents(text);
                const box = range.getBoundingClientRect();
                if (box.width === 0) continue;
                const words = `"${text.data.trim().slice(0, 60)}" in ${name(owner)}`;
                let scrolls = false;
                let isHiddenOnPurpose = false;
                const faults = [];
                for (let around = owner; around && around !== document.documentElement; around = around.parentElement) {
                    const style = getComputedStyle(around);
                    const frame = around.getBoundingClientRect();
                    if (style.display === 'inline') continue;
                    if (frame.width <= 1 || frame.height <= 1) isHiddenOnPurpose = true;
                    const clips = overflow => overflow === 'hidden' || overflow === 'clip';
                    if (!scrolls && (clips(style.overflowX) && (box.left < frame.left - 1 || box.right > frame.right + 1)
                            || clips(style.overflowY) && (box.top < frame.top - 1 || box.bottom > frame.bottom + 1)))
                        faults.push(`${words} is cut off by ${name(around)}`);
                    if (/auto|scroll/.test(style.overflowX + style.overflowY)) scrolls = true;
                }
                if (!scrolls && (box.left < -1 || box.right > root.clientWidth + 1))
                    faults.push(`${words} reaches from ${box.left} to ${box.right} in a window of ${root.clientWidth}`);
                if (!isHiddenOnPurpose) lost.push(...faults);
            }
            for (const button of document.querySelectorAll('button, select, input:not([type=hidden])')) {
                if (button.checkVisibility() && button.scrollWidth > button.clientWidth + 1 && button.clientWidth > 1)
                    lost.push(`${name(button)} is too small for what it says`);
            }
            return lost;
        }\
        """;

    private Layout() {}

    /// In a window of 320 pixels (WCAG 1.4.10), with text of twice the size (1.4.4), and, as on a telephone, both. The
    /// window and the text are as they were before afterwards; the text as [View#USUAL] has it.
    static void assertNothingIsLost(Page page) {
        var window = page.viewportSize();
        try {
            page.setViewportSize(View.NARROW, 640);
            assertThat(lost(page)).as("%s, 320 pixels wide", page.url()).isEmpty();

            var usual = textSize(page);
            Browser.scaleText(page, 2);
            assertThat(textSize(page)).as("text follows the reader's setting").isGreaterThanOrEqualTo(usual * 1.9);
            assertThat(lost(page))
                    .as("%s, 320 pixels wide, with text of 200 %%", page.url())
                    .isEmpty();

            page.setViewportSize(View.WIDE, 900);
            assertThat(lost(page)).as("%s, with text of 200 %%", page.url()).isEmpty();
        } finally {
            Browser.scaleText(page, 1);
            page.setViewportSize(window.width, window.height);
        }
    }

    /// As the page is shown now, after some frames: what follows the window's size has done so.
    static List<String> lost(Page page) {
        page.waitForTimeout(100); // not by the page itself: one without script has no clock
        return ((List<?>) page.evaluate(LOST)).stream().map(Object::toString).toList();
    }

    private static double textSize(Page page) {
        return ((Number) page.evaluate("() => parseFloat(getComputedStyle(document.body).fontSize)")).doubleValue();
    }
}
