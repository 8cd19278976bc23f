package org.transcriptpipeline.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FormulaGuardTest {

    private static final Pattern GUARD =
            Pattern.compile("(^|[;\\n\\r])([\\h\u200E\u200F]*+)'('*+)(?=[=+\\-@|%\uFF1D\uFF0B\uFF0D\uFF20])");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "=1",
                "+1+1",
                "-1",
                "@x",
                "|x",
                "%x",
                "\uFF1D1",
                "  =1",
                "\u200E=1",
                "\tx",
                "\rx",
                "'=1",
                "x;=1",
                "x\n-1"
            })
    void whatASpreadsheetCouldRunGetsAnApostrophe(String text) {
        assertThat(FormulaGuard.disarmed(text)).hasSize(text.length() + 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Hello", "a=b", "+15550100", "42", "it's", "'quoted'", "x;y", "1-1"})
    void whatIsHarmlessStays(String text) {
        assertThat(FormulaGuard.disarmed(text)).isEqualTo(text);
    }

    @Property(tries = 5000)
    void nothingIsLostAndNoCellBeginsWithAFormula(@ForAll("cells") String text) {
        var disarmed = FormulaGuard.disarmed(text);

        assertThat(armed(disarmed)).isEqualTo(text);
        if (!text.matches("\\+?[0-9]{1,15}")) {
            assertThat(disarmed).doesNotMatch("(?s)^\\h*[=+\\-@].*").doesNotMatch("(?s)^[\\t\\r].*");
        }
    }

    /// Undoes it as docs/export.md says.
    private static String armed(String cell) {
        var text = cell.matches("(?s)'+[\\t\\r].*") ? cell.substring(1) : cell;
        return GUARD.matcher(text).replaceAll("$1$2$3");
    }

    @Provide
    Arbitrary<String> cells() {
        return Arbitraries.strings()
                .withChars("=+-@|%'\t\r\n; a1\u200E\uFF1D".toCharArray())
                .ofMaxLength(8);
    }
}
