package org.transcriptpipeline.notify;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private static final JavaClasses OURS = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("org.transcriptpipeline.notify");

    @Test
    void featuresDoNotReachIntoEachOther() {
        slices().matching("org.transcriptpipeline.notify.(*)..")
                .should()
                .beFreeOfCycles()
                .because("a reader follows a delivery from plan over delivery to mail, and never back")
                .check(OURS);
    }

    @Test
    void onlyMailSpeaksMail() {
        noClasses()
                .that()
                .resideOutsideOfPackage("..mail..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("jakarta.mail..", "org.eclipse.angus..", "org.springframework.mail..")
                .because("what an SMTP answer means is decided in one place")
                .check(OURS);
    }

    @Test
    void onlyDeliveryKnowsTheScheduler() {
        noClasses()
                .that()
                .resideOutsideOfPackage("..delivery..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.github.kagkarlsson..")
                .because("the library that runs the jobs can then be replaced in one package")
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

    @Test
    void configurationIsNobodysBusiness() {
        classes()
                .that()
                .haveSimpleNameEndingWith("Configuration")
                .or()
                .haveSimpleNameEndingWith("Properties")
                .should()
                .bePackagePrivate()
                .because("settings belong to one feature; what another needs of them it gets as a type of its own")
                .check(OURS);
    }
}
