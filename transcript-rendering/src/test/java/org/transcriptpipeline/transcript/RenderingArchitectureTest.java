package org.transcriptpipeline.transcript;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class RenderingArchitectureTest {

    private static final JavaClasses OURS = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("org.transcriptpipeline.transcript");

    @Test
    void renderingKnowsNothingOfWhereTheTranscriptGoes() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.springframework..",
                        "jakarta..",
                        "java.sql..",
                        "org.transcriptpipeline.notify..",
                        "org.transcriptpipeline.archive..")
                .because("the same transcript goes out in a mail, as a file and to who asks the API")
                .check(OURS);
    }

    @Test
    void thereIsOneJackson() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("com.fasterxml.jackson.databind..", "com.fasterxml.jackson.core..")
                .because("Jackson 3 is tools.jackson; only its annotations kept the old name")
                .check(OURS);
    }
}
