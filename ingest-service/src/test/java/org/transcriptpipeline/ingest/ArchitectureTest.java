package org.transcriptpipeline.ingest;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private static final String BASE = "org.transcriptpipeline.ingest";

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(BASE);

    @Test
    void whatWasReceivedKnowsNothingOfWhatBecomesOfIt() {
        noClasses()
                .that()
                .resideInAPackage(BASE + ".request")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(BASE + ".webhook", BASE + ".signature", BASE + ".intake")
                .because("a request is read once, before anybody decides anything about it")
                .check(CLASSES);
    }

    @Test
    void publishingKnowsNothingOfRequests() {
        noClasses()
                .that()
                .resideInAPackage(BASE + ".intake")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(BASE + ".webhook", BASE + ".signature", BASE + ".request")
                .because("the spill drains events that no request waits for")
                .check(CLASSES);
    }

    @Test
    void provingKnowsNothingOfAnswers() {
        noClasses()
                .that()
                .resideInAPackage(BASE + ".signature")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(BASE + ".webhook", "jakarta.servlet..")
                .because("the command line proves quarantined requests again, without a server")
                .check(CLASSES);
    }

    @Test
    @Tag("S3")
    void secretsAreComparedInConstantTime() {
        noClasses()
                .that()
                .resideInAPackage(BASE + ".signature")
                .should()
                .callMethod(java.util.Arrays.class, "equals", byte[].class, byte[].class)
                .orShould()
                .callMethod(String.class, "contentEquals", CharSequence.class)
                .because("where a comparison stops tells how much of a guess is right")
                .check(CLASSES);
        classes()
                .that()
                .haveSimpleName("SignatureCheck")
                .should()
                .callMethod(java.security.MessageDigest.class, "isEqual", byte[].class, byte[].class)
                .andShould(neverCallOnText("equals", Object.class))
                .check(CLASSES);
    }

    private static com.tngtech.archunit.lang.ArchCondition<JavaClass> neverCallOnText(
            String method, Class<?> parameter) {
        return com.tngtech.archunit.lang.conditions.ArchConditions.not(
                com.tngtech.archunit.lang.conditions.ArchConditions.callMethod(String.class, method, parameter));
    }

    @Test
    void onlyTheIntakeSpeaksToKafka() {
        noClasses()
                .that()
                .resideInAnyPackage(BASE + ".webhook", BASE + ".request")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.kafka..")
                .because("whether an event is durable is decided in one place")
                .check(CLASSES);
    }

    @Test
    void takingWebhooksAndAttachingFlowsKnowNothingOfEachOther() {
        noClasses()
                .that()
                .resideInAnyPackage(BASE + ".webhook", BASE + ".signature", BASE + ".intake", BASE + ".request")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(BASE + ".flow", "org.transcriptpipeline.twilio..")
                .because("an answer to Twilio never waits for Twilio")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage(BASE + ".flow")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(BASE + ".webhook", BASE + ".signature", BASE + ".intake", BASE + ".request")
                .because("a new conversation is known from Kafka alone, by whichever instance reads it")
                .check(CLASSES);
    }

    @Test
    @Tag("I8")
    void noParameterOfTheContainerIsRead() {
        noClasses()
                .should()
                .callMethodWhere(com.tngtech.archunit.core.domain.JavaCall.Predicates.target(
                        com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching(
                                "getParameter(Map|Names|Values)?|getReader|getParts?")))
                .because("containers merge query and body, lose order and repeats, and refuse bytes that Twilio signed")
                .check(CLASSES);
    }

    @Test
    void oneJacksonAndNoDatabase() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("com.fasterxml.jackson.databind..", "com.fasterxml.jackson.core..", "com.twilio..")
                .because("events are read and written by one library, and Twilio is asked by twilio-client")
                .check(CLASSES);
        noClasses()
                .that()
                .haveNameNotMatching(".*\\.SpillJournal(\\$.*)?")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "org.sqlite..")
                .because("ingest knows no database but the file of its spill")
                .check(CLASSES);
    }

    @Test
    void nothingIsStaticAndMutable() {
        classes()
                .that()
                .areNotEnums()
                .should(new com.tngtech.archunit.lang.ArchCondition<JavaClass>("have only final static fields") {
                    @Override
                    public void check(JavaClass type, com.tngtech.archunit.lang.ConditionEvents events) {
                        type.getFields().stream()
                                .filter(field -> field.getModifiers().contains(JavaModifier.STATIC)
                                        && !field.getModifiers().contains(JavaModifier.FINAL)
                                        && !field.getModifiers().contains(JavaModifier.SYNTHETIC))
                                .forEach(field -> events.add(com.tngtech.archunit.lang.SimpleConditionEvent.violated(
                                        field, field.getFullName())));
                    }
                })
                .because("three services run in one process")
                .check(CLASSES);
    }
}
