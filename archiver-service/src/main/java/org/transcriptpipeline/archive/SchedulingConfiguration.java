package org.transcriptpipeline.archive;

import org.springframework.boot.task.ThreadPoolTaskSchedulerBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

/// Where the rounds run. With virtual threads Spring's own choice is a scheduler that runs all work with a fixed delay
/// one after the other in one thread (`SimpleAsyncTaskScheduler`), so a long comparison would hold every transcript
/// that has settled meanwhile.
@Configuration(proxyBeanMethods = false)
@EnableScheduling
class SchedulingConfiguration {

    /// More than there are rounds; they are virtual.
    private static final int THREADS = 64;

    @Bean
    ThreadPoolTaskScheduler taskScheduler(ThreadPoolTaskSchedulerBuilder builder) {
        return builder.poolSize(THREADS)
                .threadNamePrefix("round-")
                .customizers(scheduler -> scheduler.setVirtualThreads(true))
                .build();
    }
}
