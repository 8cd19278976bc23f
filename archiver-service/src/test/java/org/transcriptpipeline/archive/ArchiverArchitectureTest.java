package org.transcriptpipeline.archive;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ArchiverArchitectureTest {

    private static final JavaClasses ARCHIVER = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("org.transcriptpipeline.archive");

    @Test
    void theMergeStandsAlone() {
        noClasses()
                .that()
                .resideInAPackage("..archive.merge..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.springframework..",
                        "java.sql..",
                        "org.apache.kafka..",
                        "..archive.store..",
                        "..archive.intake..",
                        "..archive.handoff..")
                .because("the merge is pure: it is tested by a million orders, which no database would survive")
                .check(ARCHIVER);
    }

    @Test
    @Tag("O6")
    void nothingTellsTheTimeButTheDatabaseAndTheEvents() {
        noClasses()
                .that()
                .resideInAnyPackage("..archive.merge..", "..archive.store..", "..archive.handoff..")
                .should()
                .callMethod(java.time.Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .because("a host's clock may be wrong by an hour; settling and leases use the database's")
                .check(ARCHIVER);
    }

    @Test
    void theStoreDoesNotKnowWhoCallsIt() {
        noClasses()
                .that()
                .resideInAPackage("..archive.store..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("..archive.intake..", "..archive.handoff..")
                .because("rows are merged the same way whoever brings the events")
                .check(ARCHIVER);
    }

    @Test
    void thereIsOneJackson() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.fasterxml.jackson.databind..")
                .because("Jackson 2 comes with other people's libraries and stays in them")
                .check(ARCHIVER);
    }

    @Test
    void everyPackageSaysWhatItIsFor() {
        classes()
                .that()
                .haveSimpleName("package-info")
                .should()
                .beAnnotatedWith(org.jspecify.annotations.NullMarked.class)
                .because("null is an exception that has to be written down")
                .check(ARCHIVER);
    }
}
