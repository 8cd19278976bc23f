package org.transcriptpipeline.cli.export;

import jakarta.activation.DataHandler;
import jakarta.activation.DataSource;
import jakarta.mail.Address;
import jakarta.mail.Message.RecipientType;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.ContentType;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import jakarta.mail.internet.ParseException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.cli.export.TablePart.CountingOutput;
import org.transcriptpipeline.export.Chunk;
import org.transcriptpipeline.export.Column;
import org.transcriptpipeline.export.ExportTable;
import org.transcriptpipeline.export.JsonLinesRows;
import org.transcriptpipeline.export.StoreReader;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.json.JsonMapper;

/// A ZIP file with a mail by RFC 5322 for each conversation, `YYYY/MM/DD/CH….eml` by the day of its last message in
/// UTC.
/// The mail holds the transcript as text and, attached, every row as `transcript.json`. The same rows are the same
/// bytes.
final class MailPart implements Part {

    private static final Pattern SAFE_NAME = Pattern.compile("[A-Za-z0-9]{1,64}");
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("uuuu/MM/dd", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter MAIL_DATE = DateTimeFormatter.ofPattern(
                    "EEE, d MMM uuuu HH:mm:ss '+0000'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);
    /// What a ZIP file can say.
    private static final LocalDateTime FIRST_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

    private static final LocalDateTime LAST_TIME = LocalDateTime.of(2107, 12, 31, 23, 59);
    /// A mail with more addresses is refused by some archives. All are in the document.
    private static final int MOST_RECIPIENTS = 200;

    private final Path file;
    private final Path text;
    private final Path document;
    private final CountingOutput counted;
    private final ZipOutputStream zip;
    private long mails;
    private long messages;

    MailPart(Path directory, int number) throws IOException {
        this.file = directory.resolve("mails-%05d.zip".formatted(number));
        this.text = directory.resolve("mail.txt" + PrivateFiles.PARTIAL);
        this.document = directory.resolve("mail.json" + PrivateFiles.PARTIAL);
        this.counted = new CountingOutput(PrivateFiles.create(PrivateFiles.partial(file)));
        this.zip = new ZipOutputStream(new BufferedOutputStream(counted, 1 << 16));
    }

    @Override
    public void addConversations(StoreReader store, Chunk chunk) throws SQLException, IOException {
        try (var conversations = store.ofConversations(ExportTable.CONVERSATIONS, chunk.keys());
                var participants = new Grouped(store, ExportTable.PARTICIPANTS, chunk.keys());
                var written = new Grouped(store, ExportTable.MESSAGES, chunk.keys());
                var media = new Grouped(store, ExportTable.MEDIA, chunk.keys())) {
            for (var row = conversations.next(); row != null; row = conversations.next()) {
                add(conversations.columns(), row, participants, written, media);
            }
        } catch (JacksonException e) {
            throw JsonLinesRows.asIo(e);
        }
    }

    @Override
    public void addOfNoConversation(StoreReader store, Chunk chunk) {
        throw new IllegalStateException("a mail is of a conversation");
    }

    private void add(List<Column> columns, @Nullable Object[] row, Grouped participants, Grouped written, Grouped media)
            throws SQLException, IOException {
        var conversation = Fields.of(columns, row);
        var sid = conversation.textOr("conversation_sid", "");
        var addresses = new LinkedHashSet<String>(conversation.texts("customer_addresses"));
        add(addresses, conversation.text("our_address"));
        // both on the disk: a conversation may be longer than there is memory
        try (var json = JsonMapper.shared().createGenerator(new BufferedOutputStream(PrivateFiles.create(document)));
                var words = new OutputStreamWriter(
                        new BufferedOutputStream(PrivateFiles.create(text)), StandardCharsets.UTF_8)) {
            var transcript = new MailText(words);
            transcript.head(conversation);
            json.writeStartObject();
            json.writeName("conversation");
            JsonLinesRows.object(json, columns, row);
            rows("participants", sid, participants, json, participant -> {
                add(addresses, participant.text("address"));
                add(addresses, participant.text("identity"));
            });
            rows("messages", sid, written, json, message -> {
                transcript.message(message);
                messages++;
            });
            rows("media", sid, media, json, transcript::attachment);
            json.writeEndObject();
        }
        try {
            write(conversation, sid, addresses);
        } catch (MessagingException _) {
            throw new IOException("a mail cannot be written"); // its message may quote an address
        }
        mails++;
    }

    private static void add(Set<String> addresses, @Nullable String address) {
        if (address != null && !address.isBlank() && addresses.size() <= MOST_RECIPIENTS) {
            addresses.add(address);
        }
    }

    @FunctionalInterface
    private interface FieldsConsumer {
        void accept(Fields row) throws IOException;
    }

    private static void rows(String name, String sid, Grouped group, JsonGenerator json, FieldsConsumer consumer)
            throws SQLException, IOException {
        json.writeName(name);
        json.writeStartArray();
        group.ofConversation(sid, row -> {
            JsonLinesRows.object(json, group.columns(), row);
            consumer.accept(Fields.of(group.columns(), row));
        });
        json.writeEndArray();
    }

    private void write(Fields conversation, String sid, Set<String> addresses) throws MessagingException, IOException {
        var last = conversation.time("last_message_at");
        var date = last != null ? last : Objects.requireNonNullElse(conversation.time("started_at"), Instant.EPOCH);
        var entry = new ZipEntry(DAY.format(date) + "/" + fileName(sid) + ".eml");
        entry.setTimeLocal(zipTime(date));
        zip.putNextEntry(entry);
        message(conversation, sid, addresses, date).writeTo(new Unclosed(zip));
        zip.closeEntry();
    }

    private static LocalDateTime zipTime(Instant date) {
        var time = LocalDateTime.ofInstant(date, ZoneOffset.UTC);
        return time.isBefore(FIRST_TIME) ? FIRST_TIME : time.isAfter(LAST_TIME) ? LAST_TIME : time;
    }

    /// A SID that is none may hold a path.
    private static String fileName(String sid) {
        return SAFE_NAME.matcher(sid).matches() ? sid : hash(sid);
    }

    private static String hash(String text) {
        return HexFormat.of().formatHex(PrivateFiles.newSha256().digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    private MimeMessage message(Fields conversation, String sid, Set<String> addresses, Instant date)
            throws MessagingException {
        var account = conversation.textOr("account_sid", "");
        var mail = new MimeMessage((Session) null) {
            @Override
            protected void updateMessageID() throws MessagingException {
                setHeader("Message-ID", "<" + fileName(sid) + "." + fileName(account) + "@transcripts.invalid>");
            }
        };
        mail.setHeader("Date", MAIL_DATE.format(date));
        var people =
                addresses.stream().limit(MOST_RECIPIENTS).map(MailAddress::of).toList();
        mail.setFrom(people.isEmpty() ? MailAddress.of("unknown") : people.getFirst());
        mail.setRecipients(
                RecipientType.TO,
                people.size() < 2
                        ? new Address[] {MailAddress.of("unknown")}
                        : people.subList(1, people.size()).toArray(Address[]::new));
        mail.setSubject(
                "Transcript of " + fileName(sid) + ", " + conversation.textOr("channel", "other"),
                StandardCharsets.UTF_8.name());
        header(mail, "X-Transcripts-Conversation-Sid", fileName(sid));
        header(mail, "X-Transcripts-Account-Sid", fileName(account));
        header(mail, "X-Transcripts-Channel", conversation.text("channel"));
        header(mail, "X-Transcripts-Verdict", conversation.text("verdict"));
        header(mail, "X-Transcripts-Started-At", conversation.text("started_at"));
        header(mail, "X-Transcripts-Closed-At", conversation.text("closed_at"));
        header(mail, "X-Transcripts-Message-Count", conversation.text("message_count"));
        header(mail, "X-Transcripts-Failed-Count", conversation.text("failed_count"));
        header(mail, "X-Transcripts-Missing-Count", conversation.text("missing_count"));

        var body = new MimeBodyPart();
        body.setDataHandler(new DataHandler(new Content(text, "text/plain; charset=UTF-8")));
        body.setHeader("Content-Transfer-Encoding", "quoted-printable");
        var attachment = new MimeBodyPart();
        attachment.setDataHandler(new DataHandler(new Content(document, "application/json")));
        attachment.setHeader("Content-Transfer-Encoding", "base64");
        attachment.setDisposition(MimeBodyPart.ATTACHMENT);
        attachment.setFileName("transcript.json");
        mail.setContent(new Multipart("=_" + hash(sid).substring(0, 32), body, attachment));
        mail.saveChanges();
        return mail;
    }

    private static void header(MimeMessage mail, String name, @Nullable String value) throws MessagingException {
        if (value != null) {
            mail.setHeader(name, value);
        }
    }

    @Override
    public long rows() {
        return Math.max(mails, messages);
    }

    @Override
    public long bytes() {
        return counted.count();
    }

    @Override
    public List<PartEntry.FileEntry> finish() throws IOException {
        zip.close();
        removeScratch();
        return List.of(FinishedFile.of(file, "mails", mails));
    }

    private void removeScratch() throws IOException {
        Files.deleteIfExists(text);
        Files.deleteIfExists(document);
    }

    /// Leaves a finished one alone: it has its name by now.
    @Override
    public void close() throws IOException {
        try (zip) {
            removeScratch();
            Files.deleteIfExists(PrivateFiles.partial(file));
        }
    }

    /// The boundary that the library makes holds a time. Neither of the two encodings has a line with `=_`.
    private static final class Multipart extends MimeMultipart {
        Multipart(String boundary, MimeBodyPart... parts) throws MessagingException {
            super("mixed", parts);
            try {
                var type = new ContentType(contentType);
                type.setParameter("boundary", boundary);
                contentType = type.toString();
            } catch (ParseException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /// A file of the type that it is said to have.
    private record Content(Path file, String type) implements DataSource {
        @Override
        public InputStream getInputStream() throws IOException {
            return Files.newInputStream(file);
        }

        @Override
        public OutputStream getOutputStream() throws IOException {
            throw new IOException("it is read only");
        }

        @Override
        public String getContentType() {
            return type;
        }

        @Override
        public String getName() {
            return ""; // no part is named after it
        }
    }

    /// The mail ends, the ZIP file does not.
    private static final class Unclosed extends OutputStream {
        private final OutputStream out;

        Unclosed(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            out.write(b);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }
    }
}
