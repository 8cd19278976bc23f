package org.transcriptpipeline.twilio;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private static final JavaClasses CLIENT = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("org.transcriptpipeline.twilio");

    @Test
    void onlyTheTransportSeesTheSdk() {
        noClasses()
                .that()
                .resideOutsideOfPackage("..twilio.transport..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("com.twilio..", "org.apache.hc..")
                .because("what the SDK does by itself (repeat, log, drop) is undone in one place")
                .check(CLIENT);
    }

    @Test
    void theSdksTypesDoNotLeaveTheTransport() {
        noClasses()
                .that()
                .resideInAPackage("..twilio.transport..")
                .and()
                .arePublic()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.transcriptpipeline.twilio", "org.transcriptpipeline.twilio.json..")
                .because("the transport carries bytes; what they mean is decided outside")
                .check(CLIENT);
        slices().matching("org.transcriptpipeline.(twilio.*)..")
                .should()
                .beFreeOfCycles()
                .check(CLIENT);
    }

    @Test
    void thereIsOneJacksonAndNoSpring() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "com.fasterxml.jackson.databind..",
                        "com.fasterxml.jackson.core..",
                        "org.springframework..",
                        "io.micrometer..")
                .because("the command line asks Twilio too, and Jackson 2 stays in the SDK")
                .check(CLIENT);
    }

    @Test
    void nothingOfTheNewConversationsProduct() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.twilio.rest..")
                .because("its classes turn values that they do not know into null, and v2 has the names of v1")
                .check(CLIENT);
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
                .because("three services run in one process")
                .check(CLIENT);
    }

    @Test
    void everyPackageSaysWhatItIsFor() {
        classes()
                .that()
                .haveSimpleName("package-info")
                .should()
                .beAnnotatedWith(org.jspecify.annotations.NullMarked.class)
                .because("null is an exception that has to be written down")
                .check(CLIENT);
    }
}
