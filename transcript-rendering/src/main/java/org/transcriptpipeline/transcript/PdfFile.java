package org.transcriptpipeline.transcript;

import java.awt.Color;
import java.io.OutputStream;
import java.text.Bidi;
import java.util.List;
import org.openpdf.text.Chunk;
import org.openpdf.text.Document;
import org.openpdf.text.Element;
import org.openpdf.text.Font;
import org.openpdf.text.PageSize;
import org.openpdf.text.Phrase;
import org.openpdf.text.pdf.BaseFont;
import org.openpdf.text.pdf.ColumnText;
import org.openpdf.text.pdf.PdfWriter;
import org.transcriptpipeline.transcript.HandoffDocument.Entry;
import org.transcriptpipeline.transcript.HandoffDocument.Field;

/// A document as PDF, A4, written page by page: what is on a finished page is in the file and no longer in memory.
/// Each line has the direction of its first strong character. A character that no font has is shown as its code point.
final class PdfFile {

    private static final float MARGIN = 48;
    private static final float INDENT = 14;
    private static final float TEXT_SIZE = 9.5f;
    private static final float SMALL = 8;
    private static final float LEADING = 1.35f;
    private static final Color BLACK = new Color(0x1a, 0x1a, 0x1a);
    private static final Color GREY = new Color(0x55, 0x55, 0x55);
    private static final Color RED = new Color(0xa4, 0, 0);
    private static final Color GREEN = new Color(0x2e, 0x7d, 0x32);
    private static final Color BLUE = new Color(0x16, 0x68, 0xb8);
    private static final int ZERO_WIDTH_JOINER = 0x200D;
    private static final int ZERO_WIDTH_NON_JOINER = 0x200C;

    private final HandoffDocument document;
    private final Wording wording;
    private final Fonts fonts;
    private final Document pdf = new Document(PageSize.A4);
    private final PdfWriter writer;
    private float y;

    private PdfFile(HandoffDocument document, Wording wording, Fonts fonts, OutputStream out) {
        this.document = document;
        this.wording = wording;
        this.fonts = fonts;
        this.writer = PdfWriter.getInstance(pdf, out);
    }

    /// @throws org.openpdf.text.DocumentException when it cannot be written
    static void write(HandoffDocument document, Wording wording, Fonts fonts, OutputStream out) {
        new PdfFile(document, wording, fonts, out).write();
    }

    private void write() {
        writer.setViewerPreferences(PdfWriter.DisplayDocTitle);
        pdf.addTitle(document.subject());
        pdf.setDocumentLanguage(document.language());
        pdf.open();
        y = top();

        line(document.title(), 14, true, BLACK, 0);
        space(6);
        document.alerts().forEach(alert -> line(alert, TEXT_SIZE, true, RED, 0));
        space(4);
        fields(document.links());
        fields(document.facts());
        if (!document.answers().isEmpty()) {
            heading(wording.text("heading.answers"));
            fields(document.answers());
        }
        failures();
        changes();
        if (!document.completeness().isEmpty()) {
            heading(wording.text("heading.complete"));
            document.completeness().forEach(text -> line(text, TEXT_SIZE, false, BLACK, 0));
        }
        heading(document.entriesHeading());
        line(document.timesNote(), SMALL, false, GREY, 0);
        for (var entry : document.entries()) {
            entry(entry);
        }
        if (!document.noEntries().isEmpty()) {
            line(document.noEntries(), TEXT_SIZE, false, BLACK, 0);
        }
        number();
        pdf.close();
    }

    private void failures() {
        if (!document.tellsFailures()) {
            return;
        }
        heading(wording.text("heading.failed"));
        for (var failure : document.failures()) {
            line(failure.message(), SMALL, true, BLACK, 0);
            line(failure.excerpt(), TEXT_SIZE, false, BLACK, INDENT);
            line(failure.what(), TEXT_SIZE, false, RED, INDENT);
            line(wording.text("advice.label") + " " + failure.advice(), TEXT_SIZE, false, BLACK, INDENT);
            space(4);
        }
        document.deliveryNotes().forEach(note -> line(note, TEXT_SIZE, false, BLACK, 0));
    }

    private void changes() {
        if (document.changes().isEmpty()) {
            return;
        }
        heading(wording.text("heading.changes"));
        for (var change : document.changes()) {
            line(change.message(), SMALL, true, BLACK, 0);
            line(change.what(), TEXT_SIZE, false, BLACK, INDENT);
            change.lines().forEach(text -> line(text, TEXT_SIZE, false, BLACK, INDENT));
        }
    }

    private void entry(Entry entry) {
        space(6);
        keepTogether(2);
        var colour = switch (entry.kind()) {
            case "customer" -> BLUE;
            case "agent" -> GREEN;
            default -> GREY;
        };
        line(entry.heading(), SMALL, !entry.isGap(), colour, 0);
        entry.lines().forEach(text -> line(text, TEXT_SIZE, false, BLACK, INDENT));
        entry.notes().forEach(note -> line(note, SMALL, false, GREY, INDENT));
        if (entry.hasFailed()) {
            line(entry.failure(), SMALL, true, RED, INDENT);
        }
    }

    private void fields(List<Field> fields) {
        for (var field : fields) {
            line(field.label() + ": " + field.first().text(), TEXT_SIZE, false, BLACK, 0);
            field.rest().forEach(rest -> line(rest.text(), TEXT_SIZE, false, BLACK, INDENT));
        }
    }

    private void heading(String text) {
        space(10);
        keepTogether(3);
        line(text, 11, true, BLACK, 0);
        space(2);
    }

    private void space(float points) {
        y -= points;
    }

    /// Begins a page where fewer lines than these would fit.
    private void keepTogether(int lines) {
        if (y - lines * TEXT_SIZE * LEADING < MARGIN) {
            nextPage();
        }
    }

    private void nextPage() {
        number();
        pdf.newPage();
        y = top();
    }

    private float top() {
        return pdf.getPageSize().getTop() - MARGIN;
    }

    private void number() {
        ColumnText.showTextAligned(
                writer.getDirectContent(),
                Element.ALIGN_CENTER,
                phrase(Integer.toString(writer.getPageNumber()), SMALL, false, GREY),
                pdf.getPageSize().getWidth() / 2,
                MARGIN / 2,
                0);
    }

    /// One line of text, over as many lines and pages as it takes.
    private void line(String text, float size, boolean isBold, Color colour, float indent) {
        var column = new ColumnText(writer.getDirectContent());
        column.setRunDirection(direction(text));
        column.setLeading(size * LEADING);
        column.addText(phrase(text.isEmpty() ? " " : text, size, isBold, colour));
        while (true) {
            column.setSimpleColumn(MARGIN + indent, MARGIN, pdf.getPageSize().getWidth() - MARGIN, y);
            column.setLeading(size * LEADING);
            boolean isDone = (column.go() & ColumnText.NO_MORE_TEXT) != 0;
            y = column.getYLine();
            if (isDone) {
                return;
            }
            nextPage();
        }
    }

    private static int direction(String text) {
        if (!Bidi.requiresBidi(text.toCharArray(), 0, text.length())) {
            return PdfWriter.RUN_DIRECTION_NO_BIDI; // a third faster
        }
        for (int i = 0; i < text.length(); i++) {
            switch (Character.getDirectionality(text.charAt(i))) {
                case Character.DIRECTIONALITY_LEFT_TO_RIGHT -> {
                    return PdfWriter.RUN_DIRECTION_LTR;
                }
                case Character.DIRECTIONALITY_RIGHT_TO_LEFT, Character.DIRECTIONALITY_RIGHT_TO_LEFT_ARABIC -> {
                    return PdfWriter.RUN_DIRECTION_RTL;
                }
                default -> {} // says nothing about the line
            }
        }
        return PdfWriter.RUN_DIRECTION_LTR;
    }

    /// Pieces of one font each.
    private Phrase phrase(String text, float size, boolean isBold, Color colour) {
        var phrase = new Phrase();
        phrase.setLeading(size * LEADING);
        var piece = new StringBuilder();
        BaseFont font = fonts.first(isBold);
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            if (showsNothing(c)) {
                continue; // shapes other characters in fonts that can, which is not done here
            }
            var next = fonts.of(c, isBold);
            var shown = next == null ? "⟨U+%04X⟩".formatted(c) : Character.toString(c);
            next = next == null ? fonts.first(isBold) : next;
            if (next != font && !piece.isEmpty()) {
                phrase.add(new Chunk(piece.toString(), new Font(font, size, Font.NORMAL, colour)));
                piece.setLength(0);
            }
            font = next;
            piece.append(shown);
        }
        if (!piece.isEmpty()) {
            phrase.add(new Chunk(piece.toString(), new Font(font, size, Font.NORMAL, colour)));
        }
        return phrase;
    }

    private static boolean showsNothing(int c) {
        return c == ZERO_WIDTH_JOINER
                || c == ZERO_WIDTH_NON_JOINER
                || (c >= 0xFE00 && c <= 0xFE0F); // variation selectors
    }
}
