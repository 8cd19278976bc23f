package org.transcriptpipeline.transcript;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.event.TranscriptReady;
import org.transcriptpipeline.rules.Presentation;
import org.transcriptpipeline.rules.Presentation.Form;
import org.transcriptpipeline.snapshot.TranscriptSnapshot;
import org.transcriptpipeline.transcript.DocumentWriter.Written;

/// Renders a snapshot: the two parts of a mail, the same words in both, and the whole transcript in files. The parts
/// together stay below 100 KB as they travel, whatever was written; files hold everything. Thread-safe.
public final class TranscriptRenderer {

    /// Of both parts, encoded; the headers come on top, and all of it is to stay below 100 KB, where Gmail cuts.
    private static final int MOST_BYTES = 94_000;

    private static final int MOST_ATTEMPTS = 10;

    /// Of attached transcripts together; they grow by a third on their way.
    private static final long MOST_UNPACKED_BYTES = 15L * 1024 * 1024;

    private final TemplateFiles files;
    private final Wordings wordings;
    private final Templates templates;
    private final TranscriptFiles transcripts;
    private final ErrorTexts errors;
    private final MediaFiles media;
    private final long mostMediaBytes;

    private TranscriptRenderer(
            TemplateFiles files,
            Wordings wordings,
            Templates templates,
            TranscriptFiles transcripts,
            ErrorTexts errors,
            MediaFiles media,
            long mostMediaBytes) {
        this.files = files;
        this.wordings = wordings;
        this.templates = templates;
        this.transcripts = transcripts;
        this.errors = errors;
        this.media = media;
        this.mostMediaBytes = mostMediaBytes;
    }

    /// By our own templates.
    public static TranscriptRenderer usual() {
        return by(null);
    }

    /// By a team's own files, and ours where it has none: `handoff.html`, `handoff.txt`, `messages_xx.properties`, and
    /// fonts for the PDF in `fonts`.
    ///
    /// @throws UnusableTemplatesException when one of them cannot be used; it is tried out here
    public static TranscriptRenderer with(Path directory) {
        return by(directory);
    }

    private static TranscriptRenderer by(@Nullable Path directory) {
        WorkFiles.deleteLeftBehind(Clock.systemUTC());
        var files = new TemplateFiles(directory);
        var wordings = new Wordings(files);
        var templates = new Templates(files, wordings);
        var transcripts =
                new TranscriptFiles(templates, new Fonts(directory == null ? null : directory.resolve("fonts")));
        var renderer = new TranscriptRenderer(
                files, wordings, templates, transcripts, ErrorTexts.OF_THE_SNAPSHOT, MediaFiles.NONE, 0);
        if (directory != null) {
            Example.snapshots()
                    .forEach(snapshot -> renderer.render(snapshot, null, Presentation.USUAL, Example.LINKS)
                            .close());
        }
        return renderer;
    }

    /// The same, with error codes told by these texts.
    public TranscriptRenderer explaining(ErrorTexts texts) {
        return new TranscriptRenderer(files, wordings, templates, transcripts, texts, media, mostMediaBytes);
    }

    /// The same, with media attached.
    ///
    /// @param mostBytes of all of them in one mail
    public TranscriptRenderer carrying(MediaFiles mediaFiles, long mostBytes) {
        return new TranscriptRenderer(files, wordings, templates, transcripts, errors, mediaFiles, mostBytes);
    }

    /// A short hash of the templates and words in use.
    public String templateVersion() {
        return files.version();
    }

    /// @param previous what was sent before, where the snapshot is a follow-up: only what changed is told then. Null
    ///     tells all of it; snapshots of other kinds are always told as a whole
    /// @throws UncheckedIOException when there is no room for the attachments
    public RenderedTranscript render(
            TranscriptSnapshot snapshot,
            @Nullable TranscriptSnapshot previous,
            Presentation presentation,
            Links links) {
        var wording = wordings.in(presentation.language());
        var changes = previous != null && snapshot.kind().equals(TranscriptReady.FOLLOW_UP)
                ? Changes.between(previous, snapshot)
                : null;
        var attachedMedia = AttachedMedia.of(snapshot, changes, media, mostMediaBytes);
        var body = body(snapshot, changes, presentation, wording, links, attachedMedia.names());
        List<Attachment> attachments = new ArrayList<>();
        try {
            var forms = forms(presentation, changes != null, body.isShortened());
            if (!forms.isEmpty()) {
                var whole = new DocumentWriter(
                                snapshot,
                                null,
                                presentation,
                                wording,
                                errors,
                                Links.NONE, // one of them is a secret, and files are passed on
                                Limits.NONE,
                                attachedMedia.names())
                        .write()
                        .document();
                for (var form : forms) {
                    attachments.add(transcripts.write(form, snapshot, whole, wording));
                }
                attachments = packedWhereLarge(attachments, snapshot);
            }
        } catch (IOException e) {
            attachments.stream().map(Attachment::file).forEach(WorkFiles::delete);
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            attachments.stream().map(Attachment::file).forEach(WorkFiles::delete);
            throw e;
        }
        attachments.addAll(attachedMedia.attachments());
        return new RenderedTranscript(body.subject(), body.text(), body.html(), attachments);
    }

    /// The whole transcript in one form, as what is attached to a mail. Whoever asks deletes it, see
    /// [WorkFiles#delete].
    ///
    /// @throws UncheckedIOException when there is no room for it
    public Attachment file(TranscriptSnapshot snapshot, Presentation presentation, Form form) {
        var wording = wordings.in(presentation.language());
        var whole = new DocumentWriter(snapshot, null, presentation, wording, errors, Links.NONE, Limits.NONE, Map.of())
                .write()
                .document();
        try {
            return transcripts.write(form, snapshot, whole, wording);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What a Content-Security-Policy has to allow beside nothing, so that the HTML looks as it should: its style, by
    /// its hash, `'sha256-…'`. Empty: the template has none.
    public List<String> styleHashes() {
        return files.styles().stream()
                .map(style -> "'sha256-" + sha256(style) + "'")
                .toList();
    }

    private static String sha256(String text) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /// Mail servers refuse what is too large for them, for good, and transcripts shrink to a tenth.
    private static List<Attachment> packedWhereLarge(List<Attachment> attachments, TranscriptSnapshot snapshot)
            throws IOException {
        long bytes = 0;
        for (var attachment : attachments) {
            bytes += Files.size(attachment.file());
        }
        if (bytes <= MOST_UNPACKED_BYTES) {
            return attachments;
        }
        var packed = TranscriptFiles.pack(attachments, snapshot);
        attachments.stream().map(Attachment::file).forEach(WorkFiles::delete);
        return new ArrayList<>(List.of(packed));
    }

    /// What is shortened in the body goes along as a whole. A follow-up repeats no attachment.
    private static Set<Form> forms(Presentation presentation, boolean isDifference, boolean isShortened) {
        var forms = EnumSet.noneOf(Form.class);
        if (!isDifference || isShortened) {
            forms.addAll(presentation.attached());
        }
        if (isShortened && forms.isEmpty()) {
            forms.add(Form.TEXT);
        }
        return forms;
    }

    private record Body(String subject, String text, String html, boolean isShortened) {
        @Override
        public String toString() {
            return "Body";
        }
    }

    /// Tighter until it fits. How much a template makes of a message is the template's affair, so it is measured.
    private Body body(
            TranscriptSnapshot snapshot,
            @Nullable Changes changes,
            Presentation presentation,
            Wording wording,
            Links links,
            Map<String, String> attachedMedia) {
        for (int attempt = 0; ; attempt++) {
            Written written = new DocumentWriter(
                            snapshot,
                            changes,
                            presentation,
                            wording,
                            errors,
                            links,
                            Limits.ofBody(attempt),
                            attachedMedia)
                    .write();
            var text = templates.text(written.document(), wording);
            var html = templates.html(written.document(), wording);
            long bytes = TransferEncoding.of(text).bytes()
                    + TransferEncoding.of(html).bytes();
            if (bytes <= MOST_BYTES || attempt == MOST_ATTEMPTS) {
                return new Body(written.document().subject(), text, html, written.isShortened());
            }
        }
    }
}
