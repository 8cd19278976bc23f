package org.transcriptpipeline.transcript;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.openpdf.text.DocumentException;
import org.openpdf.text.pdf.BaseFont;

/// The fonts of the PDF: DejaVu Sans, which has Latin, Greek, Cyrillic, Hebrew, Arabic, Armenian, Georgian and many
/// signs, then those of a team's directory `fonts`, which is where Chinese, Japanese, Korean and Indic scripts come
/// from.
final class Fonts {

    private static final String DEJAVU = "net/sf/jasperreports/fonts/dejavu/";

    private final List<BaseFont> plain;
    private final List<BaseFont> bold;

    /// @param directory of files `*.ttf`, `*.otf`, `*.ttc`; null or not there: none more
    /// @throws UnusableTemplatesException when one of them is no font, or may not be embedded
    Fonts(@Nullable Path directory) {
        List<BaseFont> more = directory == null || !Files.isDirectory(directory) ? List.of() : read(directory);
        plain = with(dejaVu("DejaVuSans.ttf"), more);
        bold = with(dejaVu("DejaVuSans-Bold.ttf"), more);
    }

    private static List<BaseFont> with(BaseFont first, List<BaseFont> more) {
        var fonts = new ArrayList<BaseFont>();
        fonts.add(first);
        fonts.addAll(more);
        return List.copyOf(fonts);
    }

    private static BaseFont dejaVu(String name) {
        try (var in = Fonts.class.getClassLoader().getResourceAsStream(DEJAVU + name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is not on the class path");
            }
            return BaseFont.createFont(name, BaseFont.IDENTITY_H, true, false, in.readAllBytes(), null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (DocumentException e) {
            throw new IllegalStateException(name + " is no font", e);
        }
    }

    private static List<BaseFont> read(Path directory) {
        List<BaseFont> fonts = new ArrayList<>();
        try (var files = Files.list(directory)) {
            for (var file : files.sorted().toList()) {
                var name = file.toString().toLowerCase(Locale.ROOT);
                if (name.endsWith(".ttf") || name.endsWith(".otf")) {
                    fonts.add(BaseFont.createFont(file.toString(), BaseFont.IDENTITY_H, true, false, null, null));
                } else if (name.endsWith(".ttc")) {
                    fonts.add(BaseFont.createFont(file + ",0", BaseFont.IDENTITY_H, true, false, null, null));
                }
            }
        } catch (IOException | RuntimeException e) {
            throw new UnusableTemplatesException(
                    "A file in " + directory + " is no font that can be embedded: " + e.getMessage(), e);
        }
        return fonts;
    }

    /// The font that has the character; null where none does.
    @Nullable
    BaseFont of(int codePoint, boolean isBold) {
        for (var font : isBold ? bold : plain) {
            if (font.charExists(codePoint)) {
                return font;
            }
        }
        return null;
    }

    BaseFont first(boolean isBold) {
        return (isBold ? bold : plain).getFirst();
    }
}
