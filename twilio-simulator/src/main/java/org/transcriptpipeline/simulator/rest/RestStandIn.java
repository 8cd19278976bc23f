package org.transcriptpipeline.simulator.rest;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.transcriptpipeline.simulator.world.TwilioWorld;

/// Twilio's REST APIs over a world, on loopback. A client that would ask `https://conversations.twilio.com/v1/…`
/// asks [#baseUrl()]`/conversations.twilio.com/v1/…`, and rewrites the addresses of further pages in the same way:
/// they name Twilio's own hosts, as Twilio's do. Requires Basic authentication by the account's token or by an API
/// key. Answers faults on demand and keeps a log of what was asked.
public final class RestStandIn implements AutoCloseable {

    private static final String ANY_PATH = "";
    private static final String NO_DELAY = "sun.net.httpserver.nodelay";

    static {
        // The JDK's server writes head and body of an answer apart. Without this the body waits 40 ms for the other
        // side's acknowledgement. Read once, when the first server of the process is made.
        if (System.getProperty(NO_DELAY) == null) {
            System.setProperty(NO_DELAY, "true");
        }
    }

    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final Access access = new Access();
    private final Faults faults = new Faults();
    private final RateLimit rateLimit = new RateLimit(System::nanoTime);
    private final RequestLog log = new RequestLog();
    private final Router router = new Router();
    private final PhoneNumbers numbers;
    private final MediaApi media;
    private final Exchange exchange;
    private final int port;
    private HttpServer server;

    /// On a port that is free.
    public RestStandIn(TwilioWorld world, String authToken) {
        this(world, authToken, 0, Clock.systemUTC());
    }

    /// @param port 0 for one that is free
    /// @param clock for the dates of what the world does not know: messaging services, sinks, numbers
    public RestStandIn(TwilioWorld world, String authToken, int port, Clock clock) {
        numbers = new PhoneNumbers(world, clock, router);
        new ConversationsApi(world, router);
        new ParticipantsApi(world, router);
        new MessagesApi(world, router);
        new ConversationWebhooksApi(world, router);
        new ConfigurationApi(world, router);
        new AddressesApi(world, router);
        new MessagingApi(world, numbers, clock, router);
        new ProgrammableMessages(world, clock, router);
        new StudioApi(world, router);
        new EventsApi(world, clock, router);
        new MonitorApi(world, router);
        media = new MediaApi(world, this::baseUrl, router);
        access.allow(world.accountSid(), authToken);
        exchange = new Exchange(world, router, access, faults, rateLimit, log, clock);
        server = listening(port);
        this.port = server.getAddress().getPort();
    }

    /// For `TWILIO_API_BASE_URL`: `http://127.0.0.1:` and the port.
    public URI baseUrl() {
        return URI.create("http://127.0.0.1:" + port);
    }

    public void allowsApiKey(String keySid, String secret) {
        access.allow(keySid, secret);
    }

    /// A number of ours.
    ///
    /// @return its SID, PN…
    public String hasNumber(String number) {
        return numbers.add(number);
    }

    /// What an attachment's file holds, instead of a small picture. Its message goes on announcing what it did.
    public void hasContent(String mediaSid, String contentType, byte[] bytes) {
        media.put(mediaSid, contentType, bytes);
    }

    /// The next requests, so many, are refused with this status and nothing is done.
    public void failsNextWith(int status, int times) {
        answersWith(Fault.status(status), ANY_PATH, times);
    }

    /// Everything, until [#answersNormally()].
    public void answersWith(Fault fault) {
        answersWith(fault, ANY_PATH);
    }

    /// What has this in its host and path, until [#answersNormally()].
    ///
    /// @param path a regular expression, found anywhere in `conversations.twilio.com/v1/Conversations/CH…`
    public void answersWith(Fault fault, String path) {
        answersWith(fault, path, Integer.MAX_VALUE);
    }

    /// The next requests, so many, that have this in their host and path.
    public void answersWith(Fault fault, String path, int times) {
        faults.add(fault, path, times);
    }

    /// No more faults.
    public void answersNormally() {
        faults.clear();
    }

    /// More than so many requests in a second are answered 429; 0 for no limit, as at first.
    public void allowsPerSecond(int requests) {
        rateLimit.set(requests);
    }

    /// Nobody listens any more: connections are refused until [#back()].
    public synchronized void away() {
        server.stop(0);
    }

    /// On the port it had.
    public synchronized void back() {
        server = listening(port);
    }

    /// Oldest first, the last hundred thousand.
    public List<RecordedRequest> requests() {
        return log.all();
    }

    /// Requests by kind: method, host and template of the path.
    public Map<String, Long> counts() {
        return log.counts();
    }

    /// Those that would have changed something, refused ones too.
    public List<RecordedRequest> changingCalls() {
        return log.all().stream().filter(RecordedRequest::isChanging).toList();
    }

    /// Every kind of request that is answered here.
    public List<String> kinds() {
        return router.kinds();
    }

    public void forgetRequests() {
        log.clear();
    }

    @Override
    public synchronized void close() {
        server.stop(0);
        executor.shutdownNow();
    }

    private HttpServer listening(int wanted) {
        try {
            var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), wanted);
            var listening = HttpServer.create(address, 0);
            listening.setExecutor(executor);
            listening.createContext("/", exchange::handle);
            listening.start();
            return listening;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot listen on port " + wanted, e);
        }
    }
}
