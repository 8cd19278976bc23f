package org.transcriptpipeline.standalone;

import java.util.List;

/// The three services. This is the only place that knows their classes.
record Services(Service archiver, Service notifier, Service ingest) {

    static Services ofThePipeline() {
        return new Services(
                new Service(
                        "archiver-service",
                        named("org.transcriptpipeline.archive.ArchiverApplication"),
                        List.of("mail", "thymeleaf")),
                new Service("notifier-service", named("org.transcriptpipeline.notify.NotifierApplication"), List.of()),
                new Service(
                        "ingest-service",
                        named("org.transcriptpipeline.ingest.IngestApplication"),
                        List.of("jdbc", "transaction", "flyway", "mail", "thymeleaf")));
    }

    private static Class<?> named(String className) {
        try {
            return Class.forName(className);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(className + " is not on the classpath", e);
        }
    }
}
