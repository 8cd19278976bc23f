package org.transcriptpipeline.rules;

import java.net.URI;
import java.net.URISyntaxException;

/// What a URL of the settings has to look like. Whether its host may be called is decided where it is called.
final class WebAddress {

    private WebAddress() {}

    /// @param what names it in the message, which does not quote it: a URL may be a secret
    static URI of(String text, String what) {
        try {
            var url = new URI(text);
            boolean isWeb = "https".equalsIgnoreCase(url.getScheme()) || "http".equalsIgnoreCase(url.getScheme());
            if (isWeb && url.getHost() != null && url.getRawUserInfo() == null && url.getRawFragment() == null) {
                return url;
            }
        } catch (URISyntaxException e) {
            // said below, without quoting it
        }
        throw new RulesException(
                what + " is no URL as https://example.com/path is, without user, password and fragment.");
    }
}
