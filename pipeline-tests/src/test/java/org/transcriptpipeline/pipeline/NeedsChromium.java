package org.transcriptpipeline.pipeline;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.condition.EnabledIf;

/// Skipped, and reported so, where no Chromium is on the path and `CHROMIUM` names none. `.ci/run` installs Debian's.
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@EnabledIf(
        value = "org.transcriptpipeline.pipeline.Browser#isInstalled",
        disabledReason = "no Chromium on the path, and CHROMIUM names none")
@interface NeedsChromium {}
