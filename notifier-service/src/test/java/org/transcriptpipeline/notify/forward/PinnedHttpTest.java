package org.transcriptpipeline.notify.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.transcriptpipeline.notify.forward.PinnedHttp.Answer;
import org.transcriptpipeline.notify.forward.PinnedHttp.Forbidden;
import org.transcriptpipeline.notify.forward.PinnedHttp.NoAnswer;
import org.transcriptpipeline.notify.forward.PinnedHttp.Status;
import org.transcriptpipeline.notify.forward.PinnedHttp.Untrusted;

/// Nothing here leaves the machine: names are resolved by the test.
@Timeout(60)
@Tag("N17")
class PinnedHttpTest {

    private static final String HOST = "hooks.receiver.example";
    private static final Duration LIMIT = Duration.ofSeconds(2);

    private final PeculiarHost host = new PeculiarHost();

    @AfterEach
    void stop() {
        host.close();
    }

    private static InetAddress[] addresses(String... literals) {
        return Arrays.stream(literals)
                .map(literal -> {
                    try {
                        return InetAddress.getByName(literal);
                    } catch (UnknownHostException e) {
                        throw new AssertionError(e);
                    }
                })
                .toArray(InetAddress[]::new);
    }

    private Answer post(AllowedHosts allowed, NameResolver resolver, String url) throws Exception {
        try (var http = new PinnedHttp(allowed, resolver, LIMIT)) {
            return http.post(URI.create(url), Map.of("webhook-id", "h:1:x"), new JsonText("{\"a\":\"ä\"}"));
        }
    }

    /// To the server of this test, by a name that counts as private.
    private Answer postHere() throws Exception {
        return post(
                new AllowedHosts(Set.of(), Set.of(HOST)),
                _ -> addresses("127.0.0.1"),
                "http://" + HOST + ":" + host.port() + "/hooks?x=1");
    }

    @Test
    void whatIsPostedArrivesUnderTheNameOfTheHost() throws Exception {
        assertThat(postHere()).isEqualTo(new Status(204, "", null));

        assertThat(host.requests()).singleElement().satisfies(request -> {
            assertThat(request.line()).isEqualTo("POST /hooks?x=1 HTTP/1.1");
            assertThat(request.headers())
                    .containsEntry("host", HOST + ":" + host.port())
                    .containsEntry("content-type", "application/json; charset=UTF-8")
                    .containsEntry("webhook-id", "h:1:x")
                    .containsEntry("content-length", "10")
                    .doesNotContainKeys("cookie", "authorization", "transfer-encoding");
            assertThat(request.body()).asString().isEqualTo("{\"a\":\"ä\"}");
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1", "::1", "10.1.2.3", "192.168.0.1", "172.20.0.1", "100.64.0.1", "169.254.169.254",
                "fe80::1", "fd00:ec2::254", "fc00::1", "0.0.0.0", "::", "::ffff:127.0.0.1", "64:ff9b::a9fe:a9fe",
                "224.0.0.1"
            })
    void aNameThatResolvesToWhatIsNotPublicIsRefused(String address) throws Exception {
        var allowed = new AllowedHosts(Set.of(HOST), Set.of());

        assertThat(post(allowed, _ -> addresses(address), "https://" + HOST + ":" + host.port() + "/"))
                .isInstanceOf(Forbidden.class);
        // also where only one of several is not
        assertThat(post(allowed, _ -> addresses("93.184.215.14", address), "https://" + HOST + "/"))
                .isInstanceOf(Forbidden.class);
        assertThat(host.requests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://127.0.0.1/",
                "https://[::1]/",
                "https://10.1.2.3/",
                "https://169.254.169.254/latest/meta-data",
                "https://[::ffff:169.254.169.254]/",
                "https://127.1/",
                "https://2130706433/"
            })
    void anAddressInTheUrlIsTreatedLikeAName(String url) throws Exception {
        var named = URI.create(url).getHost();

        if (named != null) { // Java takes an abbreviated address for no host at all
            assertThat(post(new AllowedHosts(Set.of(named), Set.of()), InetAddress::getAllByName, url))
                    .isNotInstanceOf(Status.class);
        }
        assertThat(post(new AllowedHosts(Set.of(HOST), Set.of()), InetAddress::getAllByName, url))
                .isInstanceOf(Forbidden.class);
    }

    @Test
    void aHostThatIsNamedAsPrivateStillReachesNoMetadata() throws Exception {
        var allowed = new AllowedHosts(Set.of(), Set.of(HOST));

        for (var address : List.of("169.254.169.254", "fd00:ec2::254", "fe80::1", "224.0.0.1", "0.0.0.0")) {
            assertThat(post(allowed, _ -> addresses(address), "http://" + HOST + "/"))
                    .isInstanceOf(Forbidden.class);
        }
    }

    @Test
    void anAddressMayBeNamedAsPrivateWithBracketsOrWithout() throws Exception {
        for (var name : List.of("[::1]", "::1")) {
            assertThat(post(
                            new AllowedHosts(Set.of(), Set.of(name)),
                            InetAddress::getAllByName,
                            "http://[::1]:" + host.port() + "/"))
                    .isNotInstanceOf(Forbidden.class);
        }
    }

    @Test
    void withoutAListTheHostsOfTheDestinationsAreAllowed() {
        var url = URI.create("https://" + HOST + "/");
        var other = URI.create("https://other.example/");

        assertThat(AllowedHosts.of(List.of(), List.of(), List.of(url)).refusal(url))
                .isNull();
        assertThat(AllowedHosts.of(List.of(), List.of(), List.of(url)).refusal(other))
                .isNotNull();
        assertThat(AllowedHosts.of(List.of("Other.example"), List.of(), List.of(url))
                        .refusal(url))
                .isNotNull();
        assertThat(AllowedHosts.of(List.of("Other.example"), List.of(), List.of(url))
                        .refusal(other))
                .isNull();
    }

    @Test
    void onlyHostsThatAreNamedAndOnlyHttps() throws Exception {
        var allowed = new AllowedHosts(Set.of(HOST), Set.of());
        NameResolver never = _ -> {
            throw new AssertionError("nobody is to be asked");
        };

        assertThat(post(allowed, never, "https://other.example/")).isInstanceOf(Forbidden.class);
        assertThat(post(allowed, never, "https://" + HOST + ".other.example/")).isInstanceOf(Forbidden.class);
        assertThat(post(allowed, never, "http://" + HOST + "/")).isInstanceOf(Forbidden.class);
        assertThat(post(allowed, never, "https://user:password@" + HOST + "/")).isInstanceOf(Forbidden.class);
    }

    @Test
    void aNameIsAskedForOnceAndWhatItSaysTheSecondTimeDoesNotMatter() throws Exception {
        var asked = new AtomicInteger();
        NameResolver rebinding = _ -> addresses(asked.getAndIncrement() == 0 ? "127.0.0.1" : "169.254.169.254");

        var answer =
                post(new AllowedHosts(Set.of(), Set.of(HOST)), rebinding, "http://" + HOST + ":" + host.port() + "/");

        assertThat(answer).isEqualTo(new Status(204, "", null));
        assertThat(asked).hasValue(1);
    }

    @Test
    void aNameThatTurnsPrivateForTheNextRequestIsRefusedThen() throws Exception {
        var asked = new AtomicInteger();
        // 192.0.2.0/24 would be refused; this one is public, and closed to us in a moment
        NameResolver rebinding = _ -> addresses(asked.getAndIncrement() == 0 ? "93.184.215.14" : "127.0.0.1");
        try (var http = new PinnedHttp(new AllowedHosts(Set.of(HOST), Set.of()), rebinding, Duration.ofMillis(200))) {
            var url = URI.create("https://" + HOST + ":" + host.port() + "/");

            assertThat(http.post(url, Map.of(), new JsonText("{}"))).isInstanceOf(NoAnswer.class);
            assertThat(http.post(url, Map.of(), new JsonText("{}"))).isInstanceOf(Forbidden.class);
        }
        assertThat(host.requests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"})
    void aRedirectIsAnAnswerAndNotFollowed(String status) throws Exception {
        host.does(PeculiarHost.status(status, "Location: http://" + HOST + ":" + host.port() + "/elsewhere"));

        assertThat(postHere())
                .isInstanceOfSatisfying(
                        Status.class, s -> assertThat(s.code()).isEqualTo(Integer.parseInt(status.substring(0, 3))));
        assertThat(host.requests()).hasSize(1);
    }

    @Test
    @Tag("N18")
    void oneThatHangsIsLeftAtTheLimit() throws Exception {
        var over = new CountDownLatch(1);
        host.does((_, _) -> hold(over));

        long begun = System.nanoTime();
        assertThat(postHere()).isEqualTo(new NoAnswer("no answer within the limit", true));
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(LIMIT.plusSeconds(2));
        over.countDown();
    }

    @Test
    @Tag("N18")
    void oneThatDripsIsLeftAtTheLimitToo() throws Exception {
        host.does((_, out) -> {
            out.write("HTTP/1.1 200 OK\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            for (int i = 0; i < 200; i++) {
                out.write(("X-" + i + ": 1\r\n").getBytes(java.nio.charset.StandardCharsets.US_ASCII));
                out.flush();
                hold(new CountDownLatch(1), 50);
            }
        });

        long begun = System.nanoTime();
        assertThat(postHere()).isInstanceOf(NoAnswer.class);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(LIMIT.plusSeconds(2));
    }

    @Test
    void aNameServerThatHangsIsNotWaitedForLonger() throws Exception {
        var over = new CountDownLatch(1);
        long begun = System.nanoTime();
        var answer = post(
                new AllowedHosts(Set.of(HOST), Set.of()),
                _ -> {
                    hold(over);
                    return addresses("93.184.215.14");
                },
                "https://" + HOST + "/");

        assertThat(answer).isInstanceOf(NoAnswer.class);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(LIMIT.plusSeconds(2));
        over.countDown();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 9223372036854775807", "Transfer-Encoding: chunked", "X-Until: close"})
    @Tag("N18")
    void ofAnEndlessAnswerTheBeginningIsRead(String framing) throws Exception {
        var written = new AtomicInteger();
        host.does((_, out) -> {
            out.write(("HTTP/1.1 200 OK\r\n" + framing + "\r\n\r\n")
                    .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            var piece = framing.contains("chunked") ? "1000\r\n" + "x".repeat(4096) + "\r\n" : "x".repeat(4096);
            while (true) {
                out.write(piece.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
                written.addAndGet(4096);
            }
        });

        assertThat(postHere()).isInstanceOfSatisfying(Status.class, s -> {
            assertThat(s.code()).isEqualTo(200);
            assertThat(s.words()).hasSize(300);
        });
        int afterwards = written.get();
        await().atMost(Duration.ofSeconds(10)).until(() -> {
            int before = written.get();
            TimeUnit.MILLISECONDS.sleep(50); // two looks apart: it writes no more
            return written.get() == before;
        });
        assertThat(afterwards).isLessThan(16 * 1024 * 1024);
    }

    @Test
    void whatIsNoHttpIsNoAnswer() throws Exception {
        host.does(PeculiarHost.raw("220 mail.example ESMTP\r\n\r\n"));
        assertThat(postHere()).isInstanceOf(NoAnswer.class);

        host.does((_, _) -> {});
        assertThat(postHere())
                .isInstanceOfSatisfying(
                        NoAnswer.class, n -> assertThat(n.isToItsEnd()).isTrue());

        host.close();
        assertThat(postHere())
                .isInstanceOfSatisfying(
                        NoAnswer.class, n -> assertThat(n.isToItsEnd()).isFalse());
    }

    @Test
    void toOneWhoseCertificateNobodyVouchesForNothingIsSent(@TempDir Path directory) throws Exception {
        try (var impostor = new PeculiarHost(selfSigned(directory))) {
            var answer = post(
                    new AllowedHosts(Set.of(), Set.of(HOST)),
                    _ -> addresses("127.0.0.1"),
                    "https://" + HOST + ":" + impostor.port() + "/hooks");

            assertThat(answer).isInstanceOf(Untrusted.class);
            assertThat(impostor.requests()).isEmpty();
        }
    }

    /// For the right name, and by an authority that only it knows.
    private static SSLServerSocketFactory selfSigned(Path directory) throws Exception {
        var store = directory.resolve("impostor.p12");
        var password = "changeit";
        var keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "impostor",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=" + HOST,
                        "-ext",
                        "san=dns:" + HOST,
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        password)
                .inheritIO()
                .start();
        assertThat(keytool.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(keytool.exitValue()).isZero();
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(KeyStore.getInstance(store.toFile(), password.toCharArray()), password.toCharArray());
        var tls = SSLContext.getInstance("TLS");
        tls.init(keys.getKeyManagers(), null, null);
        return tls.getServerSocketFactory();
    }

    private static void hold(CountDownLatch until) {
        hold(until, 20_000);
    }

    private static void hold(CountDownLatch until, long millis) {
        try {
            until.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
