package org.transcriptpipeline.notify.media;

import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(MediaProperties.class)
class MediaConfiguration {

    @Bean
    ArchivedMedia archivedMedia(MediaProperties properties, MeterRegistry meters) {
        var directory = properties.directory();
        return new ArchivedMedia(
                directory == null ? null : Path.of(directory),
                properties.largestAttachment().toBytes(),
                properties.largestInMail().toBytes(),
                meters);
    }
}
