/// A real Kafka broker and a real Postgres from jars of Maven Central, durable, for standalone and for tests.
@NullMarked
package org.transcriptpipeline.embedded;

import org.jspecify.annotations.NullMarked;
