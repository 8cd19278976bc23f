package org.transcriptpipeline.simulator.rest;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import javax.imageio.ImageIO;
import org.transcriptpipeline.simulator.world.Media;

/// Small files that are what their type says: a picture in the colours of its SID, a line of text, or bytes without
/// meaning.
final class Pictures {

    private static final int SIDE = 48;

    private Pictures() {}

    static Reply.File of(Media media) {
        return switch (media.contentType()) {
            case "image/png" -> new Reply.File("image/png", drawn(media.sid(), "png"));
            case "image/jpeg" -> new Reply.File("image/jpeg", drawn(media.sid(), "jpg"));
            case "image/gif" -> new Reply.File("image/gif", drawn(media.sid(), "gif"));
            case "application/pdf" -> new Reply.File("application/pdf", text("%PDF-1.4\n%%EOF\n"));
            case String type when type.startsWith("text/") -> new Reply.File(type, text("File of " + media.sid()));
            case String type -> new Reply.File(type, text(media.sid()));
        };
    }

    private static byte[] drawn(String sid, String format) {
        int one = sid.hashCode() & 0xFFFFFF;
        int other = ~one & 0xFFFFFF;
        var picture = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
        for (int x = 0; x < SIDE; x++) {
            for (int y = 0; y < SIDE; y++) {
                picture.setRGB(x, y, (x / 12 + y / 12) % 2 == 0 ? one : other);
            }
        }
        var bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(picture, format, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
