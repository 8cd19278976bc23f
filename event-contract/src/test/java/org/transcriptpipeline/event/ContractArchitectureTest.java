package org.transcriptpipeline.event;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ContractArchitectureTest {

    private static final JavaClasses CONTRACT = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("org.transcriptpipeline");

    @Test
    void theContractIsFreeOfSpring() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.springframework..")
                .because("whoever reads our topics takes the contract along, and must not get a framework with it")
                .check(CONTRACT);
    }

    @Test
    void thereIsOneJackson() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("com.fasterxml.jackson.databind..", "com.fasterxml.jackson.core..")
                .because("Jackson 2 comes in with other libraries; two of them read the same record differently")
                .check(CONTRACT);
    }

    @Test
    void theContractNeedsLittle() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "org.jspecify.annotations..",
                        "com.fasterxml.jackson.annotation..",
                        "tools.jackson..",
                        "org.transcriptpipeline.event..",
                        "org.transcriptpipeline.snapshot..")
                .because("every dependency of the contract becomes one of every service and of every reader")
                .check(CONTRACT);
    }

    @Test
    void eventsKnowNothingOfSnapshots() {
        noClasses()
                .that()
                .resideInAPackage("org.transcriptpipeline.event..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.transcriptpipeline.snapshot..")
                .because("events are published, snapshots go from one service of ours to another")
                .check(CONTRACT);
    }

    @Test
    void nothingStaticChanges() {
        noFields()
                .that()
                .areStatic()
                .and()
                .doNotHaveModifier(JavaModifier.SYNTHETIC)
                .should()
                .notBeFinal()
                .because("standalone runs all services in one process, where static state would be shared")
                .check(CONTRACT);
    }
}
