package org.transcriptpipeline.ingest.webhook;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.ArrayList;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.transcriptpipeline.ingest.intake.EventPublisher;
import org.transcriptpipeline.ingest.signature.QuarantinePublisher;
import org.transcriptpipeline.ingest.signature.SignatureCheck;
import org.transcriptpipeline.operations.Traces;
import org.transcriptpipeline.signature.PublicUrls;

@Configuration(proxyBeanMethods = false)
class WebhookConfiguration {

    @Bean
    WebhookHandler webhookHandler(
            SignatureCheck signatures,
            QuarantinePublisher quarantine,
            EventPublisher publisher,
            EventStreamProperties eventStreams,
            MeterRegistry meters) {
        return new WebhookHandler(
                signatures,
                quarantine,
                new WebhookDecoder(eventStreams.eventLimit()),
                publisher,
                new BatchPublisher(publisher, eventStreams, meters),
                meters);
    }

    @Bean
    PreActions preActions(WebhookHandler handler, WebhookProperties properties, MeterRegistry meters) {
        return new PreActions(handler, properties, meters);
    }

    @Bean
    BodyMemory bodyMemory(WebhookProperties properties, MeterRegistry meters) {
        var memory = new BodyMemory(properties.bodyMemory().toBytes());
        Gauge.builder("transcripts.body.memory.available", memory, BodyMemory::available)
                .baseUnit("bytes")
                .description("Memory left for request bodies")
                .register(meters);
        return memory;
    }

    @Bean
    KeptConnections keptConnections(ServletWebServerApplicationContext context) {
        return new KeptConnections(context);
    }

    /// After Boot's own customizers: of two valves that report errors the one added last does.
    @Bean
    @Order(Ordered.LOWEST_PRECEDENCE)
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> containerProblems() {
        return factory -> factory.addContextCustomizers(
                context -> context.getParent().getPipeline().addValve(new ContainerProblems()));
    }

    /// Also below the path prefixes of the public addresses, since a proxy may leave them on.
    @Bean
    ServletRegistrationBean<WebhookServlet> webhooks(
            WebhookHandler handler,
            PreActions preActions,
            WebhookProperties properties,
            EventStreamProperties eventStreams,
            BodyMemory memory,
            PublicUrls publicUrls,
            Clock clock,
            MeterRegistry meters,
            Traces traces) {
        var paths = new ArrayList<String>();
        paths.add("/webhooks/*");
        publicUrls.prefixes().forEach(prefix -> paths.add(prefix + "/webhooks/*"));
        var registration = new ServletRegistrationBean<>(
                new WebhookServlet(handler, preActions, properties, eventStreams, memory, clock, meters, traces),
                paths.toArray(String[]::new));
        registration.setName("webhooks");
        registration.setAsyncSupported(true);
        registration.setLoadOnStartup(1);
        return registration;
    }
}
