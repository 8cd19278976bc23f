package org.transcriptpipeline.archive.media;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What a file is, by its first bytes; what was announced only chooses among what they allow. Pictures, sound, video,
/// PDF, visiting cards and plain text are told apart; everything else, pages and programs too, is
/// `application/octet-stream`, which nobody opens by itself.
final class ContentType {

    static final String UNKNOWN = "application/octet-stream";

    /// How many first bytes are looked at.
    static final int HEAD_BYTES = 4096;

    private static final List<String> TEXTS = List.of("text/plain", "text/csv", "text/calendar");

    /// @param types that begin like this, the usual one first
    private record Signature(int offset, byte[] magic, List<String> types) {

        static Signature text(int offset, String magic, String... types) {
            return new Signature(offset, magic.getBytes(ISO_8859_1), List.of(types));
        }

        static Signature hex(String magic, String... types) {
            return new Signature(0, HexFormat.of().parseHex(magic), List.of(types));
        }

        boolean fits(byte[] head) {
            if (head.length < offset + magic.length) {
                return false;
            }
            for (int i = 0; i < magic.length; i++) {
                if (head[offset + i] != magic[i]) {
                    return false;
                }
            }
            return true;
        }
    }

    private static final List<Signature> SIGNATURES = List.of(
            Signature.hex("89504e470d0a1a0a", "image/png"),
            Signature.hex("ffd8ff", "image/jpeg"),
            Signature.text(0, "GIF8", "image/gif"),
            Signature.text(8, "WEBP", "image/webp"),
            Signature.hex("49492a00", "image/tiff"),
            Signature.hex("4d4d002a", "image/tiff"),
            Signature.text(8, "WAVE", "audio/wav", "audio/x-wav", "audio/vnd.wave"),
            Signature.text(0, "%PDF-", "application/pdf"),
            Signature.text(4, "ftypheic", "image/heic", "image/heif"),
            Signature.text(4, "ftypmif1", "image/heif", "image/heic"),
            Signature.text(4, "ftypavif", "image/avif"),
            Signature.text(4, "ftypM4A", "audio/mp4", "audio/x-m4a"),
            Signature.text(4, "ftypqt", "video/quicktime"),
            Signature.text(4, "ftyp3g", "video/3gpp", "audio/3gpp", "video/3gpp2", "audio/3gpp2"),
            Signature.text(4, "ftyp", "video/mp4", "audio/mp4"),
            Signature.text(0, "OggS", "audio/ogg", "video/ogg", "audio/opus"),
            Signature.hex("1a45dfa3", "video/webm", "audio/webm", "video/x-matroska"),
            Signature.hex("000001ba", "video/mpeg"),
            Signature.text(0, "#!AMR", "audio/amr"),
            Signature.text(0, "fLaC", "audio/flac"),
            Signature.text(0, "ID3", "audio/mpeg"),
            Signature.hex("fffb", "audio/mpeg"),
            Signature.hex("fff3", "audio/mpeg"),
            Signature.hex("fff1", "audio/aac"),
            Signature.hex("fff9", "audio/aac"));

    private ContentType() {}

    /// @param head the first bytes of the file, all of them where it is short
    /// @param announced with or without parameters
    static String of(byte[] head, @Nullable String announced) {
        var bare = announced == null ? "" : announced.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        for (var signature : SIGNATURES) {
            if (signature.fits(head)) {
                return signature.types().contains(bare)
                        ? bare
                        : signature.types().getFirst();
            }
        }
        if (!isText(head)) {
            return UNKNOWN;
        }
        if (new String(head, ISO_8859_1).stripLeading().regionMatches(true, 0, "BEGIN:VCARD", 0, 11)) {
            return "text/vcard";
        }
        return TEXTS.contains(bare) ? bare : UNKNOWN;
    }

    private static boolean isText(byte[] head) {
        for (byte b : head) {
            boolean isControl = b >= 0 && b < ' ' && b != '\t' && b != '\n' && b != '\r' && b != '\f';
            if (isControl || b == 0x7F) {
                return false;
            }
        }
        return head.length > 0;
    }
}
