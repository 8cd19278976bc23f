package org.transcriptpipeline.notify.directory;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.transcriptpipeline.notify.channel.Channel;
import org.transcriptpipeline.notify.channel.Consignment;
import org.transcriptpipeline.notify.channel.DestinationGates;
import org.transcriptpipeline.notify.channel.Gate;
import org.transcriptpipeline.notify.channel.Outcome;
import org.transcriptpipeline.notify.ledger.Delivery;
import org.transcriptpipeline.notify.ledger.DestinationKind;
import org.transcriptpipeline.rules.Presentation;
import org.transcriptpipeline.rules.Target;
import org.transcriptpipeline.transcript.Attachment;
import org.transcriptpipeline.transcript.RenderedTranscript;
import org.transcriptpipeline.transcript.TranscriptRenderer;

/// Writes a directory of files for each version of a handoff: the snapshot, and the transcript in the forms that the
/// destination attaches; all forms where it names none. It gets its name when it is whole, so what is there was
/// written, and this way out needs no doubt.
final class DirectoryChannel implements Channel {

    private final TranscriptRenderer renderer;
    private final DestinationGates gates;

    DirectoryChannel(TranscriptRenderer renderer, DestinationGates gates) {
        this.renderer = renderer;
        this.gates = gates;
    }

    @Override
    public DestinationKind kind() {
        return DestinationKind.DIRECTORY;
    }

    @Override
    public Gate gate(Delivery delivery) {
        return gates.of(delivery.key().destination().address());
    }

    @Override
    public Prepared prepare(Consignment consignment) {
        var destination = consignment.destination();
        if (destination == null || !(destination.target() instanceof Target.Directory(var path))) {
            return new Never("the rules have no directory of this name any more");
        }
        var presentation = consignment.presentation();
        Set<Presentation.Form> forms =
                presentation.attached().isEmpty() ? EnumSet.allOf(Presentation.Form.class) : presentation.attached();
        var transcript = renderer.render(
                consignment.snapshot(),
                consignment.previous(),
                new Presentation(presentation.language(), presentation.zone(), forms, presentation.flowNames()),
                consignment.links());
        var key = consignment.delivery().key();
        return new Ready(
                new Shelved(path, key.safeHandoffId() + "-v" + key.version(), consignment.content(), transcript));
    }

    private final class Shelved implements Parcel {

        private static final String SNAPSHOT = "snapshot.json";

        private final Path parent;
        private final Path target;
        private final String content;
        private final RenderedTranscript transcript;

        private Shelved(Path parent, String name, String content, RenderedTranscript transcript) {
            this.parent = parent;
            this.target = parent.resolve(name);
            this.content = content;
            this.transcript = transcript;
        }

        @Override
        public Outcome handOver(int attempt, Instant now) {
            try {
                if (Files.isDirectory(target)) {
                    return new Outcome.Sent("already there as " + target.getFileName(), hashOf(target), null);
                }
                return new Outcome.Sent("written as " + target.getFileName(), write(), null);
            } catch (AccessDeniedException e) {
                return new Outcome.Broken("the directory may not be written to", null);
            } catch (IOException | RuntimeException e) {
                return new Outcome.TryLater("the directory: " + e.getClass().getSimpleName(), null, null);
            }
        }

        private String write() throws IOException {
            Files.createDirectories(parent);
            var unfinished = Files.createTempDirectory(parent, ".unfinished-");
            try {
                var hashes = new TreeMap<String, String>();
                hashes.put(SNAPSHOT, written(unfinished.resolve(SNAPSHOT), out -> {
                    var writer = new java.io.OutputStreamWriter(out, StandardCharsets.UTF_8);
                    writer.write(content);
                    writer.flush();
                }));
                int number = 0;
                for (var attachment : transcript.attachments()) {
                    var name = fileName(attachment, ++number, hashes.keySet());
                    hashes.put(name, written(unfinished.resolve(name), out -> Files.copy(attachment.file(), out)));
                }
                force(unfinished);
                try {
                    Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
                } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
                    return hashOf(target); // another attempt was quicker
                }
                force(parent);
                return hash(hashes);
            } finally {
                delete(unfinished);
            }
        }

        @FunctionalInterface
        private interface Content {
            void writeTo(OutputStream out) throws IOException;
        }

        /// @return the file's hash
        private static String written(Path file, Content content) throws IOException {
            var digest = sha256();
            try (var channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                    var out = new DigestOutputStream(java.nio.channels.Channels.newOutputStream(channel), digest)) {
                content.writeTo(out);
                out.flush();
                channel.force(true);
            }
            return HexFormat.of().formatHex(digest.digest());
        }

        /// An attachment's own name may be somebody's words; what could leave the directory or hide in it is taken out.
        private static String fileName(Attachment attachment, int number, Set<String> taken) {
            var name = attachment.filename().replaceAll("[^A-Za-z0-9._-]+", "_").replaceAll("^[.]+", "_");
            name = name.length() > 100 ? name.substring(name.length() - 100) : name;
            return name.isEmpty() || taken.contains(name) ? number + "-" + name : name;
        }

        /// Of all files together: their hashes and names, a line each, as `sha256sum` writes them.
        private static String hash(Map<String, String> hashes) {
            var digest = sha256();
            hashes.forEach((name, hash) -> digest.update((hash + "  " + name + "\n").getBytes(StandardCharsets.UTF_8)));
            return HexFormat.of().formatHex(digest.digest());
        }

        private static String hashOf(Path directory) throws IOException {
            var hashes = new TreeMap<String, String>();
            try (Stream<Path> files = Files.list(directory)) {
                for (var file : files.toList()) {
                    var digest = sha256();
                    try (InputStream in = Files.newInputStream(file)) {
                        in.transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
                    }
                    hashes.put(file.getFileName().toString(), HexFormat.of().formatHex(digest.digest()));
                }
            }
            return hash(hashes);
        }

        private static void force(Path directory) throws IOException {
            try (var entries = FileChannel.open(directory, StandardOpenOption.READ)) {
                entries.force(true);
            }
        }

        private static void delete(Path unfinished) throws IOException {
            if (!Files.exists(unfinished)) {
                return;
            }
            try (Stream<Path> files = Files.list(unfinished)) {
                for (var file : files.toList()) {
                    Files.deleteIfExists(file);
                }
            }
            Files.deleteIfExists(unfinished);
        }

        private static MessageDigest sha256() {
            try {
                return MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java platform has SHA-256", e);
            }
        }

        @Override
        public String templateVersion() {
            return renderer.templateVersion();
        }

        @Override
        public void close() {
            transcript.close();
        }
    }
}
