package org.transcriptpipeline.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private static final String BASE = "org.transcriptpipeline.cli";

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(BASE, "org.transcriptpipeline.signature");

    @Test
    void itIsPlainJava() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.springframework..", "com.twilio..", "com.fasterxml.jackson.databind..")
                .because("a command starts in less than a second, and the SDK stays in twilio-client")
                .check(CLASSES);
    }

    @Test
    void noCommandReachesIntoAnother() {
        for (var feature : new String[] {
            "doctor", "provision", "conversation", "reconcile", "rules", "sendtest", "handoff", "quarantine", "erase", "export"
        }) {
            noClasses()
                    .that()
                    .resideOutsideOfPackages(BASE + "." + feature, BASE)
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage(BASE + "." + feature)
                    .because("each command is read on its own")
                    .check(CLASSES);
        }
    }

    @Test
    void whatIsSignedNeedsNothing() {
        noClasses()
                .that()
                .resideInAPackage("org.transcriptpipeline.signature")
                .should()
                .dependOnClassesThat()
                .resideOutsideOfPackages(
                        "org.transcriptpipeline.signature", "java..", "javax.crypto..", "org.jspecify..")
                .because("ingest checks with it and the tool explains with it")
                .check(CLASSES);
    }
}
