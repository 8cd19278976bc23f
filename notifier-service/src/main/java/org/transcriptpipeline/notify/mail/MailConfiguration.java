package org.transcriptpipeline.notify.mail;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.IDN;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.mail.javamail.JavaMailSenderImpl;
import org.transcriptpipeline.notify.channel.Gate;
import org.transcriptpipeline.transcript.TranscriptRenderer;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(MailProperties.class)
class MailConfiguration {

    private static final Logger log = LoggerFactory.getLogger(MailConfiguration.class);

    @Bean
    Mailer mailer(ObjectProvider<JavaMailSenderImpl> smtp, MailProperties properties) {
        var settings = smtp.getIfAvailable();
        if (settings != null
                && settings.getHost() != null
                && !settings.getHost().isBlank()) {
            return new SmtpMailer(settings);
        }
        if (properties.outboxDirectory() != null) {
            log.atInfo()
                    .addKeyValue("directory", properties.outboxDirectory())
                    .log("No mail server is configured: mails are written as files");
            return new OutboxMailer(properties.outboxDirectory());
        }
        return new NoMailer();
    }

    @Bean
    MailSetUp mailSetUp(MailProperties properties, Mailer mailer) {
        return new MailSetUp(properties.emailFrom(), !(mailer instanceof NoMailer));
    }

    @Bean
    MessageIds messageIds(MailSetUp setUp) {
        var sender = setUp.sender();
        var address = sender == null ? "" : sender.getAddress();
        var domain = address.substring(address.lastIndexOf('@') + 1);
        return new MessageIds(domain.isEmpty() ? "localhost" : IDN.toASCII(domain));
    }

    @Bean
    Gate mailGate(MailProperties properties, MeterRegistry meters) {
        var gate = new Gate("mail", properties.channelPause(), properties.longestChannelPause(), System::nanoTime);
        Gauge.builder("transcripts_mail_channel_paused", gate, g -> g.isPaused() ? 1 : 0)
                .description("1 while nothing is sent because the mail server refuses us")
                .strongReference(true)
                .register(meters);
        return gate;
    }

    @Bean
    MailChannel mailChannel(TranscriptRenderer renderer, Mailer mailer, MailSetUp setUp, Gate mailGate) {
        return new MailChannel(renderer, mailer, setUp.sender(), mailGate);
    }

    /// A server that is slow to answer is no reason to take the service out; one that refuses us is.
    @Bean
    HealthIndicator mailChannelHealthIndicator(Gate mailGate) {
        return () -> {
            var trouble = mailGate.trouble();
            var health = mailGate.isPaused() ? Health.outOfService() : Health.up();
            return trouble == null
                    ? health.build()
                    : health.withDetail("reason", trouble).build();
        };
    }
}
