package org.transcriptpipeline.archive.console;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.transcriptpipeline.archive.access.ReadLog;
import org.transcriptpipeline.archive.access.Reader;
import org.transcriptpipeline.archive.access.TeamTransactions;
import org.transcriptpipeline.export.Chunk;
import org.transcriptpipeline.export.Column;
import org.transcriptpipeline.export.CsvRows;
import org.transcriptpipeline.export.JsonLinesRows;
import org.transcriptpipeline.export.RowSink;
import org.transcriptpipeline.export.StoreReader;

/// The rows of one view, page by page, as `bin/transcripts export` writes them. A page holds whole conversations; its
/// header `Link` names the next one.
///
/// A page is written to a file first and sent then: a slow reader holds no transaction, and what goes wrong is told by
/// a status instead of an answer that breaks off.
@RestController
class ExportApi {

    /// Conversations of a page, whatever their messages: some have none.
    private static final int MOST_CONVERSATIONS = 1_000;

    private final JdbcTemplate jdbc;
    private final TeamTransactions transactions;
    private final ReadLog log;
    private final Semaphore places;

    ExportApi(JdbcTemplate jdbc, TeamTransactions transactions, ReadLog log, ExportProperties properties) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.log = log;
        this.places = new Semaphore(properties.atOnce());
    }

    @GetMapping("/api/export")
    void export(
            @RequestParam MultiValueMap<String, String> query,
            @AuthenticationPrincipal ConsoleUser user,
            HttpServletResponse response)
            throws IOException {
        ExportRequest request;
        try {
            request = ExportRequest.of(query);
        } catch (IllegalArgumentException e) {
            Problems.write(response, HttpStatus.BAD_REQUEST, String.valueOf(e.getMessage()));
            return;
        }
        if (!hasPlace()) {
            response.setHeader(HttpHeaders.RETRY_AFTER, "5");
            Problems.write(response, HttpStatus.TOO_MANY_REQUESTS, "Too many exports at once.");
            return;
        }
        try {
            var file = Files.createTempFile("transcripts-export", null); // its owner's alone
            try {
                send(request, page(request, user.by(Reader.Via.API), file), file, response);
            } finally {
                Files.delete(file);
            }
        } finally {
            places.release();
        }
    }

    /// Whether there was one within a second: who asks for page after page gets the last byte of one a moment before
    /// its place is free.
    private boolean hasPlace() {
        try {
            return places.tryAcquire(1, TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// @param sha256 of the file
    /// @param last conversation, where more follow
    private record Page(byte[] sha256, @Nullable String last) {}

    /// What the reader's team may see, in one transaction with the list of who read what.
    private Page page(ExportRequest request, Reader reader, Path file) {
        return transactions.under(reader, () -> {
            var written = jdbc.execute((ConnectionCallback<Written>) connection -> {
                try {
                    return write(request, connection, file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            var chunk = Objects.requireNonNull(written).chunk();
            chunk.ifPresent(
                    read -> log.writeAll(reader, "export_" + request.table().viewName(), read.accounts(), read.keys()));
            return new Page(
                    written.sha256(),
                    chunk.filter(Chunk::hasMore).map(Chunk::last).orElse(null));
        });
    }

    private record Written(byte[] sha256, Optional<Chunk> chunk) {}

    private static Written write(ExportRequest request, Connection connection, Path file)
            throws SQLException, IOException {
        var store = new StoreReader(connection);
        var chunk = store.conversations(request.selection(), request.after(), MOST_CONVERSATIONS, request.limit());
        var digest = newSha256();
        try (var out = new DigestOutputStream(Files.newOutputStream(file), digest)) {
            write(request, store, chunk, out);
        }
        return new Written(digest.digest(), chunk);
    }

    private static void write(ExportRequest request, StoreReader store, Optional<Chunk> chunk, OutputStream out)
            throws SQLException, IOException {
        if (chunk.isEmpty()) {
            sink(request, out, store.columns(request.table())).close();
            return;
        }
        try (var rows = store.ofConversations(request.table(), chunk.get().keys());
                var sink = sink(request, out, rows.columns())) {
            rows.writeTo(sink);
        }
    }

    private static RowSink sink(ExportRequest request, OutputStream out, List<Column> columns) throws IOException {
        return switch (request.format()) {
            case CSV -> new CsvRows(out, columns, request.isRaw());
            case JSONL -> new JsonLinesRows(out, columns);
        };
    }

    private static void send(ExportRequest request, Page page, Path file, HttpServletResponse response)
            throws IOException {
        response.setContentType(request.format().contentType());
        response.setContentLengthLong(Files.size(file));
        response.setHeader(
                HttpHeaders.CONTENT_DISPOSITION,
                "attachment; filename=\"" + request.table().viewName() + "."
                        + request.format().suffix() + "\"");
        response.setHeader(
                "Repr-Digest", "sha-256=:" + Base64.getEncoder().encodeToString(page.sha256()) + ":"); // RFC 9530
        if (page.last() != null) {
            response.setHeader(HttpHeaders.LINK, request.linkToNext(page.last()));
        }
        Files.copy(file, response.getOutputStream());
    }

    private static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }
}
