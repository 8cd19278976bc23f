package org.transcriptpipeline.benchmarks;

/// How large a run of the archive is.
///
/// @param archivers processes, each with two threads that consume
/// @param partitions of each topic
/// @param conversationLength messages of a conversation
record Scale(int archivers, int partitions, int conversationLength) {

    /// What comparisons are made with.
    static final Scale USUAL = new Scale(1, 12, 10);
}
