package org.transcriptpipeline.notify.transcript;

import java.util.Locale;
import java.util.Map;
import org.thymeleaf.TemplateEngine;
import org.thymeleaf.context.Context;
import org.thymeleaf.templatemode.TemplateMode;
import org.thymeleaf.templateresolver.ClassLoaderTemplateResolver;

/// The HTML, from `handoff.html`. Templates come from that file only; what somebody wrote goes in as data and comes
/// out escaped, and nothing in it is ever evaluated.
final class HtmlWriter {

    private static final String TEMPLATE = "org/transcriptpipeline/notify/transcript/handoff.html";

    private final TemplateEngine engine = new TemplateEngine();

    HtmlWriter() {
        var files = new ClassLoaderTemplateResolver(HtmlWriter.class.getClassLoader());
        files.setTemplateMode(TemplateMode.HTML);
        files.setCharacterEncoding("UTF-8");
        files.setCacheable(true);
        files.setCheckExistence(true);
        engine.setTemplateResolver(files);
    }

    String write(HandoffDocument document) {
        return engine.process(TEMPLATE, new Context(Locale.ENGLISH, Map.of("document", document)));
    }
}
