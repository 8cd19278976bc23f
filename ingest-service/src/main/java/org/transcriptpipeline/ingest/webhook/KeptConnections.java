package org.transcriptpipeline.ingest.webhook;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.apache.catalina.connector.Connector;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextClosedEvent;
import org.transcriptpipeline.operations.StopStep;

/// Lets go of the connections that clients keep open, when the service stops (`faults.md` O1).
///
/// Boot's graceful stop pauses Tomcat, and a paused Tomcat drops a request that arrives on a kept connection without an
/// answer, or answers 400 to one that it has half read. So from the beginning of a stop each answer closes its
/// connection, and before anything is paused the port is closed: what is still open a moment later is idle.
final class KeptConnections extends StopStep implements ApplicationListener<ContextClosedEvent> {

    /// In which what was sent before the port was closed arrives. Tomcat does not count its connections any more then.
    private static final Duration MOMENT = Duration.ofMillis(300);

    private final ServletWebServerApplicationContext context;

    KeptConnections(ServletWebServerApplicationContext context) {
        this.context = context;
    }

    @Override
    public void onApplicationEvent(ContextClosedEvent closed) {
        protocols().forEach(protocol -> protocol.setMaxKeepAliveRequests(1));
    }

    @Override
    protected void take() throws InterruptedException {
        protocols().forEach(AbstractHttp11Protocol::closeServerSocketGraceful);
        Thread.sleep(MOMENT);
    }

    /// After the wait for the load balancer, before the web server's own graceful stop.
    @Override
    public int getPhase() {
        return DEFAULT_PHASE - 512;
    }

    private List<AbstractHttp11Protocol<?>> protocols() {
        return context.getWebServer() instanceof TomcatWebServer server
                ? Arrays.stream(server.getTomcat().getService().findConnectors())
                        .map(Connector::getProtocolHandler)
                        .<AbstractHttp11Protocol<?>>map(protocol -> (AbstractHttp11Protocol<?>) protocol)
                        .toList()
                : List.of();
    }
}
