package org.transcriptpipeline.archive.media;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.transcriptpipeline.archive.RunningArchiver;
import org.transcriptpipeline.event.EventId;
import org.transcriptpipeline.event.FlowEnded;
import org.transcriptpipeline.event.MediaItem;
import org.transcriptpipeline.event.MessageAdded;
import org.transcriptpipeline.event.MessageFields;
import org.transcriptpipeline.event.MessageRemoved;
import org.transcriptpipeline.event.Source;
import org.transcriptpipeline.event.SourceKind;
import org.transcriptpipeline.simulator.Sids;
import org.transcriptpipeline.simulator.rest.Fault;
import org.transcriptpipeline.simulator.rest.RecordedRequest;
import org.transcriptpipeline.simulator.rest.RestStandIn;
import org.transcriptpipeline.simulator.world.Media;
import org.transcriptpipeline.simulator.world.Message;
import org.transcriptpipeline.simulator.world.TwilioWorld;

/// The archiver beside a Twilio that keeps attachments.
class MediaFetcherTest {

    private static final String OURS = "+12025550199";
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final AtomicInteger NUMBER = new AtomicInteger(100);

    private static final String accountSid = Sids.account("media " + System.nanoTime());
    private static final TwilioWorld world = new TwilioWorld(accountSid, 1, Clock.systemUTC());

    @TempDir
    static Path directory;

    private static RestStandIn twilio;
    private static RunningArchiver archiver;

    @BeforeAll
    static void start() {
        twilio = new RestStandIn(world, "a token");
        archiver = new RunningArchiver(
                "--transcripts.accounts.default.sid=" + accountSid,
                "--transcripts.accounts.default.auth-tokens=a token",
                "--transcripts.twilio.base-url=" + twilio.baseUrl(),
                "--transcripts.twilio.requests-per-second=1000",
                "--transcripts.reconcile.check-interval=50ms",
                "--transcripts.media.directory=" + directory,
                "--transcripts.media.largest=100KB",
                "--transcripts.media.check-interval=50ms",
                "--transcripts.media.first-pause=100ms",
                "--transcripts.media.longest-pause=200ms",
                "--transcripts.media.longest-account-pause=100ms");
    }

    @AfterAll
    static void stop() {
        archiver.close();
        twilio.close();
    }

    @AfterEach
    void beKindAgain() {
        twilio.answersNormally();
    }

    @Test
    void anAttachmentIsFetchedOnceAndKeptByItsHash() throws Exception {
        var picture = received(png());

        awaitStatus("stored", picture);

        var row = row(picture);
        var file = file((String) row.get("sha256"));
        assertThat(row)
                .containsEntry("is_archived", true)
                .containsEntry("content_type", "image/png")
                .containsEntry("archived_content_type", "image/png")
                .containsEntry("archived_size_bytes", Files.size(file))
                .containsEntry("archive_error", null);
        assertThat(Files.readAllBytes(file)).startsWith(0x89, 'P', 'N', 'G');
        assertThat(row.get("sha256")).isEqualTo(sha256(Files.readAllBytes(file)));
        assertThat(requestsFor(picture)).hasSize(2);
    }

    @Test
    void credentialsGoToTwiliosMediaHostAndNeverWhereTheBytesAre() {
        var picture = received(png());

        awaitStatus("stored", picture);

        assertThat(requestsFor(picture))
                .extracting(RecordedRequest::hasCredentials)
                .containsExactly(true, false);
        assertThat(requestsFor(picture).getFirst().kind()).startsWith("GET mcs.us1.twilio.com/v1/Services/");
    }

    @Test
    void whatFailsIsTriedAgain() {
        var picture = png();
        twilio.answersWith(Fault.status(500), "mcs.us1.twilio.com.*" + picture.sid(), 3); // all of one attempt
        twilio.answersWith(Fault.status(503), "media.content.*" + picture.sid(), 1);
        twilio.answersWith(new Fault.Reset(), "media.content.*" + picture.sid(), 1);

        received(picture);

        awaitStatus("stored", picture);
        assertThat(attempts(picture)).isEqualTo(4);
    }

    @Test
    void aFileThatIsCutOffIsNotKeptAndFetchedAgain() throws Exception {
        var picture = png();
        twilio.answersWith(new Fault.CutOff(), "media.content.*" + picture.sid(), 1);

        received(picture);

        awaitStatus("stored", picture);
        assertThat(attempts(picture)).isEqualTo(2);
        assertThat(row(picture)).containsEntry("archived_size_bytes", Files.size(file((String)
                row(picture).get("sha256"))));
    }

    @Test
    void aRedirectIsNotFollowed() {
        var other = received(png());
        awaitStatus("stored", other);
        var asked = requestsFor(other).size();
        var picture = png();
        var elsewhere = twilio.baseUrl() + "/media.content/" + world.settings().defaultServiceSid() + "/" + other.sid();
        twilio.answersWith(new Fault.Redirect(URI.create(elsewhere)), "media.content.*" + picture.sid());

        received(picture);

        awaitStatus("refused", picture);
        assertThat(row(picture)).containsEntry("archive_error", "its link leads on to another address");
        assertThat(requestsFor(other)).hasSize(asked);
    }

    @Test
    void whatIsTooLargeIsNotKept() {
        var announced =
                new Media(Sids.of("ME", "announced", NUMBER.incrementAndGet()), "image/png", "a.png", 1_000_000);
        var silent = png();
        twilio.hasContent(silent.sid(), "image/png", new byte[150_000]);

        received(announced);
        received(silent);

        awaitStatus("refused", announced);
        awaitStatus("refused", silent);
        assertThat(requestsFor(announced)).isEmpty();
        assertThat(requestsFor(silent)).noneMatch(r -> r.path().contains("media.content"));
        assertThat(row(silent)).containsEntry("is_archived", false).containsEntry("sha256", null);
    }

    @Test
    void aFileIsWhatItsBytesSay() {
        var page = png();
        twilio.hasContent(page.sid(), "image/png", "<html><script>alert(1)</script></html>".getBytes(UTF_8));

        received(page);

        awaitStatus("stored", page);
        assertThat(row(page))
                .containsEntry("content_type", "image/png")
                .containsEntry("archived_content_type", "application/octet-stream");
    }

    @Test
    void theSameBytesInTwoMessagesAreOneFile() {
        var one = png();
        var two = png();
        twilio.hasContent(one.sid(), "text/plain", "the same".getBytes(UTF_8));
        twilio.hasContent(two.sid(), "text/plain", "the same".getBytes(UTF_8));

        received(one);
        received(two);

        awaitStatus("stored", one);
        awaitStatus("stored", two);
        assertThat(row(one).get("sha256")).isEqualTo(row(two).get("sha256"));
    }

    @Test
    void aFileWhoseRowWasLostInACrashIsFetchedAgainAndStaysOne() throws Exception {
        var picture = received(png());
        awaitStatus("stored", picture);
        var before = row(picture);
        var files = files();

        archiver.database().update("""
                        UPDATE store.media_files
                        SET status = 'pending', sha256 = NULL, stored_type = NULL, stored_bytes = NULL, stored_at = NULL, due_at = now()
                        WHERE media_sid = ?
                        """, picture.sid());

        awaitStatus("stored", picture);
        assertThat(row(picture)).containsEntry("sha256", before.get("sha256"));
        assertThat(files()).isEqualTo(files);
    }

    @Test
    void whatTwilioHasNoMoreIsGone() {
        var picture = png();
        twilio.answersWith(Fault.status(404), "mcs.us1.twilio.com.*" + picture.sid());

        received(picture);

        awaitStatus("gone", picture);
    }

    @Test
    void mediaOfOldMessagesAreLeftWhereTheyAre() {
        var replayed = png();
        var imported = png();

        received(replayed, Instant.now().minus(Duration.ofDays(2)), null);
        received(imported, Instant.now(), Instant.now().minus(Duration.ofDays(400)));

        awaitStatus("skipped", replayed);
        awaitStatus("skipped", imported);
        assertThat(requestsFor(replayed)).isEmpty();
        assertThat(requestsFor(imported)).isEmpty();
    }

    @Test
    void theMediumOfAMessageThatIsRemovedMeanwhileIsNotFetched() {
        var picture = png();
        twilio.answersWith(Fault.status(503), "media.content.*" + picture.sid());
        var message = inWorld(picture);
        publish(message, picture, Instant.now(), message.dateCreated(), serviceSid());
        await().atMost(SOON).until(() -> attempts(picture) > 0);

        archiver.publish(new MessageRemoved(
                message.conversationSid(),
                message.sid(),
                MessageFields.EMPTY,
                Instant.now(),
                source(SourceKind.WEBHOOK, Instant.now())));

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(archiver.database()
                                .queryForObject(
                                        "SELECT status FROM store.media_files WHERE media_sid = ?",
                                        String.class,
                                        picture.sid()))
                        .isEqualTo("skipped"));
    }

    @Test
    void aServiceThatNobodyToldIsLearnedFromTwilio() {
        var picture = png();
        var message = inWorld(picture);

        publish(message, picture, Instant.now(), message.dateCreated(), null);

        awaitStatus("stored", picture);
    }

    @Test
    void aHandoffWaitsForAPictureAndItsSnapshotNamesTheFile() {
        var picture = png();
        twilio.answersWith(new Fault.Late(Duration.ofMillis(1500)), "media.content.*" + picture.sid());
        var message = inWorld(picture);

        publish(message, picture, Instant.now(), message.dateCreated(), serviceSid());
        archiver.publish(new FlowEnded(
                message.conversationSid(),
                null,
                null,
                "done",
                null,
                Map.of(),
                source(SourceKind.FLOW_ENDED, Instant.now())));

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(archiver.database()
                                .queryForList(
                                        "SELECT content FROM store.handoff_snapshots WHERE conversation_sid = ?",
                                        String.class,
                                        message.conversationSid()))
                        .singleElement()
                        .asString()
                        .contains("\"sha256\":\"" + row(picture).get("sha256") + "\""));
    }

    /// Of an account that this archiver does not ask about, so that nobody else takes them.
    @Test
    void twoFetchersNeverTakeTheSameMedium() throws Exception {
        var files = archiver.bean(MediaFiles.class);
        var other = Sids.account("of nobody");
        archiver.database().update("""
                        INSERT INTO store.media_files (media_sid, account_sid, conversation_sid, message_sid, status)
                        SELECT 'ME' || lpad(n::text, 32, '0'), ?, 'CH', 'IM', 'pending'
                        FROM generate_series(1, 100) AS n
                        """, other);

        var taken = new ConcurrentLinkedQueue<String>();
        try (var fetchers = Executors.newFixedThreadPool(2)) {
            for (int i = 0; i < 2; i++) {
                fetchers.submit(() -> {
                    for (var claim = files.claim(List.of(other)); claim != null; claim = files.claim(List.of(other))) {
                        taken.add(claim.mediaSid());
                    }
                });
            }
        }

        assertThat(taken).hasSize(100).doesNotHaveDuplicates();
    }

    private static Media png() {
        int number = NUMBER.incrementAndGet();
        return new Media(Sids.of("ME", "picture", number), "image/png", "picture-" + number + ".png", 48_213);
    }

    private Media received(Media media) {
        received(media, Instant.now(), null);
        return media;
    }

    /// @param sentAt null: as Twilio says
    private void received(Media media, Instant receivedAt, @Nullable Instant sentAt) {
        var message = inWorld(media);
        publish(message, media, receivedAt, sentAt == null ? message.dateCreated() : sentAt, serviceSid());
    }

    private static Message inWorld(Media media) {
        var customer = "+1202555" + String.format("%04d", NUMBER.incrementAndGet());
        return world.inbound(customer, OURS, "", List.of(media)).orElseThrow();
    }

    private static void publish(
            Message message, Media media, Instant receivedAt, Instant sentAt, @Nullable String serviceSid) {
        var item = new MediaItem(media.sid(), media.contentType(), media.filename(), media.sizeBytes());
        archiver.publish(new MessageAdded(
                message.conversationSid(),
                message.sid(),
                new MessageFields(
                        (long) message.index(),
                        "",
                        message.author(),
                        message.participantSid(),
                        "{}",
                        List.of(item),
                        sentAt,
                        null,
                        serviceSid,
                        null),
                source(SourceKind.WEBHOOK, receivedAt)));
    }

    private static String serviceSid() {
        return world.settings().defaultServiceSid();
    }

    private static Source source(SourceKind kind, Instant receivedAt) {
        var body = ("body " + NUMBER.incrementAndGet()).getBytes(UTF_8);
        return new Source(
                kind,
                EventId.of(accountSid, kind, body),
                accountSid,
                receivedAt,
                null,
                null,
                "application/x-www-form-urlencoded",
                "onMessageAdded",
                null,
                null,
                body,
                List.of());
    }

    private static void awaitStatus(String status, Media media) {
        await().atMost(SOON).untilAsserted(() -> assertThat(row(media)).containsEntry("archive_status", status));
    }

    private static Map<String, Object> row(Media media) {
        return archiver
                .database()
                .queryForList("SELECT * FROM transcripts.media WHERE media_sid = ?", media.sid())
                .stream()
                .findFirst()
                .orElse(Map.of());
    }

    private static int attempts(Media media) {
        return archiver
                .database()
                .queryForList("SELECT attempts FROM store.media_files WHERE media_sid = ?", Integer.class, media.sid())
                .stream()
                .findFirst()
                .orElse(0);
    }

    private static List<RecordedRequest> requestsFor(Media media) {
        return twilio.requests().stream()
                .filter(r -> r.path().endsWith(media.sid()))
                .toList();
    }

    private static Path file(String sha256) {
        return directory.resolve(sha256.substring(0, 2)).resolve(sha256);
    }

    private static List<Path> files() throws IOException {
        try (var all = Files.walk(directory)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
