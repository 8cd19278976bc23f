package org.transcriptpipeline.standalone;

import java.util.List;
import org.transcriptpipeline.archive.ArchiverApplication;
import org.transcriptpipeline.ingest.IngestApplication;
import org.transcriptpipeline.notify.NotifierApplication;

/// The three services. This is the only place that knows their classes.
record Services(Service archiver, Service notifier, Service ingest) {

    static Services ofThePipeline() {
        return new Services(
                new Service("archiver-service", ArchiverApplication.class, List.of("mail", "thymeleaf")),
                new Service("notifier-service", NotifierApplication.class, List.of("security", "session")),
                new Service(
                        "ingest-service",
                        IngestApplication.class,
                        List.of("jdbc", "transaction", "flyway", "mail", "thymeleaf", "security")));
    }
}
