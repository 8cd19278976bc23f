package org.transcriptpipeline.ingest.intake;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.transcriptpipeline.ingest.intake.Publication.Reason;
import org.transcriptpipeline.ingest.intake.Publication.Rejected;

/// A process that fills and drains a spill until somebody kills it, and says on its output what it has promised
/// (`kept N`), what it could not (`rejected REASON`), and what it has taken out again (`sent N`, said before it is
/// deleted).
public final class SpillWriter {

    static final String TOPIC = "some.topic";
    private static final int WRITERS = 16;

    private SpillWriter() {}

    /// @param arguments the directory, the first number, bytes of a record, whether it drains
    public static void main(String[] arguments) throws InterruptedException {
        var spill = JournaledSpill.open(
                Path.of(arguments[0]), 1L << 30, Clock.systemUTC(), new SpillMeters(new SimpleMeterRegistry()));
        var numbers = new AtomicLong(Long.parseLong(arguments[1]));
        int size = Integer.parseInt(arguments[2]);
        for (int i = 0; i < WRITERS; i++) {
            Thread.ofPlatform().start(() -> {
                while (true) {
                    long number = numbers.getAndIncrement();
                    switch (spill.keep(aRecord(number, size), Reason.KAFKA_AWAY, Duration.ofSeconds(5))
                            .join()) {
                        case Rejected(var reason) -> {
                            System.out.println("rejected " + reason);
                            pause();
                        }
                        case Publication.Durable _ -> System.out.println("kept " + number);
                    }
                }
            });
        }
        while (Boolean.parseBoolean(arguments[3])) {
            var oldest = spill.oldest(TOPIC, 20, 1024 * 1024);
            oldest.forEach(entry -> System.out.println("sent " + numberOf(entry.spilled())));
            spill.drained(TOPIC, oldest);
            Thread.sleep(2);
        }
    }

    static ProducerRecord<String, byte[]> aRecord(long number, int size) {
        var value = (number + " " + "x".repeat(size)).getBytes(StandardCharsets.UTF_8);
        var made = new ProducerRecord<>(TOPIC, "CH" + number, value);
        made.headers().add("ce_id", ("event-" + number).getBytes(StandardCharsets.UTF_8));
        return made;
    }

    static long numberOf(SpilledRecord spilled) {
        var text = new String(spilled.value(), StandardCharsets.UTF_8);
        return Long.parseLong(text.substring(0, text.indexOf(' ')));
    }

    private static void pause() {
        try {
            Thread.sleep(50);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
