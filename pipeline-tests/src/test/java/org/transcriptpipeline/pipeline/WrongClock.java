package org.transcriptpipeline.pipeline;

import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.support.GenericApplicationContext;
import org.transcriptpipeline.archive.ArchiverApplication;
import org.transcriptpipeline.notify.NotifierApplication;

/// Runs a service, on a host whose clock is wrong where that is asked for: by a clock that its parts are given in
/// place of the system's.
final class WrongClock {

    /// A duration as `PT1H`; unset: the clock is right.
    static final String PROPERTY = "pipeline-tests.clock-off-by";

    private WrongClock() {}

    /// @param arguments the application's class, then its own arguments
    public static void main(String[] arguments) {
        var own = Arrays.copyOfRange(arguments, 1, arguments.length);
        var offBy = System.getProperty(PROPERTY);
        if (arguments[0].equals(ArchiverApplication.class.getName())) {
            SpringApplication archiver = ArchiverApplication.application();
            if (offBy != null) {
                archiver.addInitializers(context -> replaceClock((GenericApplicationContext) context, offBy));
            }
            archiver.run(own);
        } else {
            SpringApplicationBuilder notifier = NotifierApplication.builder();
            if (offBy != null) {
                notifier.initializers(context -> replaceClock((GenericApplicationContext) context, offBy));
            }
            notifier.run(own);
        }
    }

    private static void replaceClock(GenericApplicationContext context, String offBy) {
        context.registerBean(
                "wrongClock",
                Clock.class,
                () -> Clock.offset(Clock.systemUTC(), Duration.parse(offBy)),
                definition -> definition.setPrimary(true));
    }
}
