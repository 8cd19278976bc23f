package org.transcriptpipeline.export;

import java.util.regex.Pattern;

/// Keeps a spreadsheet from taking what somebody wrote for a formula: an apostrophe goes before what could be one.
///
/// That is at the start of a cell and, since spreadsheets with another separator split cells where we do not, behind
/// every semicolon and line end. A cell that starts with a tab or a carriage return gets one too, as OWASP advises (CSV
/// Injection, read 2026-11-25). A bare telephone number is no formula and stays.
///
/// Nothing is lost: apostrophes that stood in such a place get one more, so that taking one away always gives the text
/// back.
public final class FormulaGuard {

    private static final Pattern NUMBER = Pattern.compile("\\+?[0-9]{1,15}");
    private static final Pattern FORMULA =
            Pattern.compile("(^|[;\\n\\r])([\\h\u200E\u200F]*+)('*+)(?=[=+\\-@|%\uFF1D\uFF0B\uFF0D\uFF20])");
    private static final Pattern STRIPPED_BY_SOME = Pattern.compile("'*+[\\t\\r]");

    private FormulaGuard() {}

    /// @param text one cell, before it is quoted
    public static String disarmed(String text) {
        if (NUMBER.matcher(text).matches()) {
            return text;
        }
        var harmless = FORMULA.matcher(text).replaceAll("$1$2'$3");
        return STRIPPED_BY_SOME.matcher(harmless).lookingAt() ? "'" + harmless : harmless;
    }
}
