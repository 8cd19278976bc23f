package org.transcriptpipeline.export;

/// A column of a view.
///
/// @param name as the view spells it
public record Column(String name, ColumnType type) {}
