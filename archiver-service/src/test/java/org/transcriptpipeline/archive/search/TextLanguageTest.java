package org.transcriptpipeline.archive.search;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextLanguageTest {

    private static final TextLanguage LANGUAGE = TextLanguage.load();

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            english    | Hello, my order has not arrived yet, could you please tell me where the parcel is?
            german     | Guten Tag, ich habe meine Rechnung noch nicht bekommen, können Sie mir bitte helfen?
            spanish    | Buenos días, no he recibido mi pedido todavía, ¿me pueden ayudar por favor?
            french     | Bonjour, je n'ai pas encore reçu ma commande, pouvez-vous m'aider s'il vous plaît ?
            dutch      | Goedendag, ik heb mijn bestelling nog steeds niet ontvangen, kunt u mij helpen?
            russian    | Здравствуйте, я ещё не получил свой заказ, не могли бы вы помочь?
            simple     | OK thanks
            simple     | 12345 67890 12345 67890
            simple     | https://www.example.com/where/is/my/parcel/today/please
            simple     | 🐶🐶🐶🐶🐶🐶🐶🐶🐶🐶🐶🐶🐶🐶🐶🐶🐶🐶🐶🐶🐶🐶
            simple     | 注文した商品がまだ届いていません。配送状況を教えていただけますか。
            """)
    void itIsToldWhereItCanBe(String language, String text) {
        assertThat(LANGUAGE.of(text)).isEqualTo(language);
    }
}
