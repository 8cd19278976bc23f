package org.transcriptpipeline.ingest.flow;

import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/// Whether a flow is named at all. Boot's own condition takes an empty text for a value.
final class FlowConfigured implements Condition {

    @Override
    public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
        var sid = context.getEnvironment().getProperty(FlowProperties.SID);
        return sid != null && !sid.isBlank();
    }
}
