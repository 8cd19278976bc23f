package org.transcriptpipeline.ingest.webhook;

/// What came of reading a body.
sealed interface Body {

    /// All of it.
    record Complete(byte[] bytes) implements Body {
        @Override
        public String toString() {
            return "Complete[" + bytes.length + "]"; // somebody's words
        }
    }

    /// More than the limit; nothing of it is held.
    record TooLong() implements Body {}

    /// Not complete when its time was over.
    record TooSlow() implements Body {}

    /// There is no memory for it among all the others.
    record NoMemory() implements Body {}

    /// Its sender went away, or broke the rules of HTTP.
    record Broken() implements Body {}
}
