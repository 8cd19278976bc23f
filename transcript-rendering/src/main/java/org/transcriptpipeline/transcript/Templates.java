package org.transcriptpipeline.transcript;

import java.io.StringWriter;
import java.io.Writer;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.thymeleaf.IEngineConfiguration;
import org.thymeleaf.TemplateEngine;
import org.thymeleaf.context.Context;
import org.thymeleaf.context.ITemplateContext;
import org.thymeleaf.exceptions.TemplateEngineException;
import org.thymeleaf.exceptions.TemplateProcessingException;
import org.thymeleaf.messageresolver.IMessageResolver;
import org.thymeleaf.templatemode.TemplateMode;
import org.thymeleaf.templateresolver.AbstractConfigurableTemplateResolver;
import org.thymeleaf.templateresource.ITemplateResource;
import org.thymeleaf.templateresource.StringTemplateResource;

/// Writes a document by `handoff.html` and `handoff.txt`. What somebody wrote goes in as data, comes out escaped in
/// the HTML, and is never evaluated. Entries are written one by one, however many there are.
final class Templates {

    private final TemplateEngine engine = new TemplateEngine();

    Templates(TemplateFiles files, Wordings wordings) {
        var resolver = new Held(files);
        resolver.setHtmlTemplateModePatterns(Set.of(TemplateFiles.HTML));
        resolver.setTextTemplateModePatterns(Set.of(TemplateFiles.TEXT));
        engine.setTemplateResolver(resolver);
        engine.setMessageResolver(new OurWords(wordings));
    }

    String html(HandoffDocument document, Wording wording) {
        var out = new StringWriter();
        write(TemplateFiles.HTML, document, wording, out);
        return out.toString();
    }

    String text(HandoffDocument document, Wording wording) {
        var out = new StringWriter();
        write(TemplateFiles.TEXT, document, wording, out);
        return out.toString();
    }

    /// @throws UnusableTemplatesException when the template asks for what is not there
    void write(String template, HandoffDocument document, Wording wording, Writer out) {
        try {
            engine.process(template, new Context(wording.language(), Map.of("document", document)), out);
        } catch (TemplateEngineException e) {
            // without its cause, which may quote what somebody wrote
            throw new UnusableTemplatesException(template + " cannot be used: " + reason(e));
        }
    }

    /// What the engine says about the template, the most precise that there is.
    private static String reason(TemplateEngineException failure) {
        String reason = failure.getClass().getSimpleName();
        for (Throwable at = failure; at instanceof TemplateProcessingException; at = at.getCause()) {
            reason = String.valueOf(at.getMessage());
        }
        return reason;
    }

    /// Gives out what was read at start.
    private static final class Held extends AbstractConfigurableTemplateResolver {

        private final TemplateFiles files;

        private Held(TemplateFiles files) {
            this.files = files;
            setTemplateMode(TemplateMode.HTML);
        }

        @Override
        protected ITemplateResource computeTemplateResource(
                IEngineConfiguration configuration,
                @Nullable String ownerTemplate,
                String template,
                String resourceName,
                @Nullable String characterEncoding,
                @Nullable Map<String, Object> attributes) {
            return new StringTemplateResource(files.content(template));
        }
    }

    /// `#{key}` in a template.
    private record OurWords(Wordings wordings) implements IMessageResolver {

        @Override
        public String getName() {
            return "our words";
        }

        @Override
        public Integer getOrder() {
            return 1;
        }

        @Override
        public String resolveMessage(
                ITemplateContext context, @Nullable Class<?> origin, String key, Object @Nullable [] parameters) {
            return wordings.in(context.getLocale()).text(key, parameters == null ? new Object[0] : parameters);
        }

        @Override
        public String createAbsentMessageRepresentation(
                ITemplateContext context, @Nullable Class<?> origin, String key, Object @Nullable [] parameters) {
            return key;
        }
    }
}
