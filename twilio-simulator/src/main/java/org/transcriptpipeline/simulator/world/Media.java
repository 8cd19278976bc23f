package org.transcriptpipeline.simulator.world;

/// An attachment.
///
/// @param sid ME…
/// @param sizeBytes of the content
public record Media(String sid, String contentType, String filename, long sizeBytes) {

    /// Without the name of the file, which is somebody's word.
    @Override
    public String toString() {
        return "Media[" + sid + "]";
    }
}
