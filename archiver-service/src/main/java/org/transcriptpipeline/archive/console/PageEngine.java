package org.transcriptpipeline.archive.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;
import org.springframework.util.function.SingletonSupplier;
import org.thymeleaf.TemplateEngine;
import org.thymeleaf.context.Context;
import org.thymeleaf.templatemode.TemplateMode;
import org.thymeleaf.templateresolver.ClassLoaderTemplateResolver;

/// Makes pages of the templates beside this class, in the reader's language where there are words of it. Templates
/// write everything by `th:text`, which escapes it: whatever a customer wrote is text.
///
/// A long page keeps a processor busy for a tenth of a second. Requests are served by virtual threads, which give way
/// only when they wait, so pages are made by a few threads of the platform: the system divides the processors, and
/// whoever else has virtual threads in this process (in standalone that is ingest) is not held up.
@Component
class PageEngine implements DisposableBean {

    private static final String FOLDER = "org/transcriptpipeline/archive/console/";
    private static final List<Locale> LANGUAGES = List.of(Locale.ENGLISH, Locale.GERMAN);

    private final ExecutorService makers = Executors.newFixedThreadPool(
            Runtime.getRuntime().availableProcessors(),
            Thread.ofPlatform().daemon().name("pages-", 0).factory());
    private final TemplateEngine engine = new TemplateEngine();
    private final Map<Locale, Words> words = new HashMap<>();

    PageEngine(ErrorCatalogue errors) {
        var files = new ClassLoaderTemplateResolver(PageEngine.class.getClassLoader());
        files.setPrefix(FOLDER);
        files.setSuffix(".html");
        files.setTemplateMode(TemplateMode.HTML);
        files.setCharacterEncoding("UTF-8");
        files.setCacheable(true);
        files.setCheckExistence(true);
        engine.setTemplateResolver(files);
        // the first failed delivery that somebody looks at reads them: a service starts without its database
        LANGUAGES.forEach(language -> words.put(
                language, new Words(language, load(language), SingletonSupplier.of(() -> errors.of(language)))));
    }

    /// @param template its name, or `name :: fragment` for a part of it
    /// @param languages the header `Accept-Language`
    String page(String template, @Nullable String languages, Map<String, ? extends @Nullable Object> variables) {
        var language = language(languages);
        var all = new HashMap<String, @Nullable Object>(variables);
        all.put("language", language.getLanguage());
        all.put("words", words(languages));
        var context = new Context(language);
        context.setVariables(new HashMap<String, Object>(all));
        return CompletableFuture.supplyAsync(() -> make(template, context), makers)
                .join();
    }

    private String make(String template, Context context) {
        int fragment = template.indexOf(" :: ");
        return fragment < 0
                ? engine.process(template, context)
                : engine.process(
                        template.substring(0, fragment), java.util.Set.of(template.substring(fragment + 4)), context);
    }

    @Override
    public void destroy() {
        makers.shutdown();
    }

    Words words(@Nullable String languages) {
        return Objects.requireNonNull(words.get(language(languages)), "words of each language");
    }

    /// The first of the reader's languages that there are words of.
    static Locale language(@Nullable String acceptLanguage) {
        if (acceptLanguage == null || acceptLanguage.length() > 200) {
            return Locale.ENGLISH;
        }
        try {
            var found = Locale.lookup(Locale.LanguageRange.parse(acceptLanguage), LANGUAGES);
            return found == null ? Locale.ENGLISH : found;
        } catch (IllegalArgumentException _) {
            return Locale.ENGLISH;
        }
    }

    private static Map<String, String> load(Locale language) {
        var properties = new Properties();
        for (var file : List.of("take_", "console_")) {
            try (var reader = new InputStreamReader(
                    Objects.requireNonNull(
                            PageEngine.class.getResourceAsStream(file + language.getLanguage() + ".properties")),
                    UTF_8)) {
                properties.load(reader);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        var words = new HashMap<String, String>();
        properties.stringPropertyNames().forEach(name -> words.put(name, properties.getProperty(name)));
        return words;
    }
}
