package org.transcriptpipeline.transcript;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.snapshot.TranscriptSnapshot;
import org.transcriptpipeline.snapshot.TranscriptSnapshot.Media;
import org.transcriptpipeline.snapshot.TranscriptSnapshot.Message;

/// Which media go with a mail: the newest first, as long as there is room, and only of kinds that run nothing when they
/// are opened. The others are named in their messages.
///
/// @param attachments in the order of the messages
/// @param names of the attachments by hash
record AttachedMedia(List<Attachment> attachments, Map<String, String> names) {

    private static final int MOST = 20;
    private static final int LONGEST_NAME = 60;

    /// No HTML, no SVG, no documents that carry programs.
    private static final Pattern HARMLESS =
            Pattern.compile("image/(jpeg|png|gif|webp|heic|heif|bmp|tiff)|audio/[a-z0-9.+-]+|video/[a-z0-9.+-]+"
                    + "|application/pdf|text/(plain|csv|calendar|vcard|x-vcard|directory)");

    static AttachedMedia of(TranscriptSnapshot snapshot, @Nullable Changes changes, MediaFiles files, long mostBytes) {
        var all = changes == null ? snapshot.messages() : changes.added();
        List<Attachment> attachments = new ArrayList<>();
        Map<String, String> names = new LinkedHashMap<>();
        long bytes = 0;
        for (var message : all.reversed()) {
            if (message.removedAt() != null) {
                continue;
            }
            for (var media : message.media()) {
                var file = file(media, files);
                if (file == null || names.size() == MOST || names.containsKey(media.sha256())) {
                    continue;
                }
                long size = size(file);
                if (size < 0 || bytes + size > mostBytes) {
                    continue;
                }
                bytes += size;
                var name = name(message, media);
                names.put(String.valueOf(media.sha256()), name);
                attachments.add(new Attachment(name, String.valueOf(media.contentType()), file, false));
            }
        }
        return new AttachedMedia(attachments.reversed(), names);
    }

    private static @Nullable Path file(Media media, MediaFiles files) {
        return media.sha256() == null
                        || media.contentType() == null
                        || !HARMLESS.matcher(media.contentType().toLowerCase(Locale.ROOT))
                                .matches()
                ? null
                : files.of(media.sha256());
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            return -1; // the transcript goes out without it, and names it
        }
    }

    /// `12-bella.jpg`: the message's position and the name that the sender gave, with the ending of its kind.
    private static String name(Message message, Media media) {
        var given = media.filename() == null ? "" : media.filename();
        var stem = HarmlessText.line(given, LONGEST_NAME)
                .replaceAll("\\.[^.]*$", "")
                .replaceAll("[^\\p{L}\\p{N}_-]+", "_")
                .replaceAll("^_+|_+$", "");
        return message.position() + "-" + (stem.isEmpty() ? "attachment" : stem) + "."
                + ending(String.valueOf(media.contentType()).toLowerCase(Locale.ROOT));
    }

    private static String ending(String contentType) {
        var kind = contentType.substring(contentType.indexOf('/') + 1);
        return switch (kind) {
            case "jpeg" -> "jpg";
            case "mpeg" -> contentType.startsWith("audio/") ? "mp3" : "mpg";
            case "plain" -> "txt";
            case "calendar" -> "ics";
            case "vcard", "x-vcard", "directory" -> "vcf";
            case "quicktime" -> "mov";
            default -> {
                var safe = kind.replaceAll("[^a-z0-9]", "");
                yield safe.isEmpty() ? "bin" : safe.substring(0, Math.min(8, safe.length()));
            }
        };
    }

    @Override
    public String toString() {
        return "AttachedMedia[" + attachments.size() + "]";
    }
}
