package org.transcriptpipeline.archive.merge;

/// What is known of one row. `merge` is commutative, associative and idempotent, so any order and any repetition of
/// observations gives the same state.
///
/// @param <S> the state itself
public interface Mergeable<S extends Mergeable<S>> {

    /// The primary key of the row.
    String key();

    /// Both taken together.
    S merge(S other);
}
