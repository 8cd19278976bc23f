package org.transcriptpipeline.ingest.intake;

import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/// Whether a directory is named at all. Boot's own condition takes an empty text for a value.
class SpillConfigured implements Condition {

    @Override
    public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
        var directory = context.getEnvironment().getProperty("transcripts.spill.directory");
        return directory != null && !directory.isBlank();
    }

    static final class Not extends SpillConfigured {

        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return !super.matches(context, metadata);
        }
    }
}
