package org.transcriptpipeline.cli.rules;

import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.rules.Facts;

/// What the store knows of a handoff that rules can ask.
///
/// @param handoffId null: the conversation was not handed over
record KnownHandoff(@Nullable String handoffId, String conversationSid, Facts facts) {}
