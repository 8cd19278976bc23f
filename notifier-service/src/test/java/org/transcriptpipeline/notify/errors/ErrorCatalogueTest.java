package org.transcriptpipeline.notify.errors;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.transcriptpipeline.database.DatabaseRoles;
import org.transcriptpipeline.notify.Surroundings;
import org.transcriptpipeline.transcript.ErrorTexts;

class ErrorCatalogueTest {

    private final ErrorCatalogue catalogue =
            new ErrorCatalogue(JdbcClient.create(Surroundings.get().as(DatabaseRoles.NOTIFIER)), Clock.systemUTC());

    @Test
    void aCodeIsToldInTheLanguageOfWhoeverReads() {
        assertThat(catalogue.of(30003, Locale.ENGLISH))
                .isEqualTo(new ErrorTexts.ErrorText(
                        "The phone was switched off or out of reach.", "Try again later or call."));
        assertThat(catalogue.of(30003, Locale.GERMANY))
                .isEqualTo(new ErrorTexts.ErrorText(
                        "Das Telefon war ausgeschaltet oder nicht erreichbar.",
                        "Später erneut versuchen oder anrufen."));
    }

    @Test
    void aCodeOrALanguageThatIsNotKnownHasNoText() {
        assertThat(catalogue.of(99999, Locale.ENGLISH)).isNull();
        assertThat(catalogue.of(30003, Locale.forLanguageTag("tlh"))).isNull();
    }

    @Test
    void aStoreThatIsAwayCostsTheWordsAndNotTheTranscript() {
        var nowhere = new PGSimpleDataSource();
        nowhere.setURL("jdbc:postgresql://127.0.0.1:1/none?connectTimeout=1");

        assertThat(new ErrorCatalogue(JdbcClient.create(nowhere), Clock.systemUTC()).of(30003, Locale.ENGLISH))
                .isNull();
    }
}
