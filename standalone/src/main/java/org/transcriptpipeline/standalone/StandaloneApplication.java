package org.transcriptpipeline.standalone;

import java.util.HashMap;
import java.util.Map;
import org.slf4j.LoggerFactory;

/// `mvn -pl standalone -am spring-boot:run` starts this. Exit status 1 where it cannot start, with a sentence.
public final class StandaloneApplication {

    static final String LOGGING = "logback-standalone.xml";

    private StandaloneApplication() {}

    public static void main(String[] arguments) {
        configureLogging();
        try {
            var standalone = new Standalone(StandaloneSettings.of(environment()), Services.ofThePipeline());
            Runtime.getRuntime().addShutdownHook(new Thread(standalone::close, "stop standalone"));
            standalone.start();
        } catch (StandaloneException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        } catch (RuntimeException e) {
            e.printStackTrace();
            System.exit(1); // threads of what did start would keep a half of the pipeline alive
        }
    }

    /// Before the first logger is made; Spring Boot does it again by `logging.config`, and warns of the property.
    private static void configureLogging() {
        System.setProperty("logback.configurationFile", LOGGING);
        LoggerFactory.getILoggerFactory();
        System.clearProperty("logback.configurationFile");
    }

    /// System properties win over variables, as everywhere in Spring.
    private static Map<String, String> environment() {
        var environment = new HashMap<>(System.getenv());
        System.getProperties().forEach((name, value) -> environment.put(name.toString(), value.toString()));
        return environment;
    }
}
