package org.transcriptpipeline.twilio.json;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.ValueDeserializer;

/// Keeps a part of an answer as JSON text: for what Twilio describes as "any object".
public final class RawJson extends ValueDeserializer<String> {

    @Override
    public @Nullable String deserialize(JsonParser parser, DeserializationContext context) {
        return context.readTree(parser).toString();
    }
}
