package org.transcriptpipeline.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.transaction.CannotCreateTransactionException;

class FaultTest {

    @Test
    @Tag("D1")
    void theRowsFaultIsToldBySqlstate() {
        for (var sqlState : new String[] {"22021", "22P02", "22008", "23505", "21000", "54000", "42804"}) {
            assertThat(Fault.of(refusal(sqlState))).as(sqlState).isEqualTo(new Fault.Data("data", sqlState));
        }
    }

    @Test
    @Tag("D2")
    @Tag("D4")
    void theSystemsFaultIsNeverTheRows() {
        for (var sqlState : new String[] {
            "08006", "53100", "53300", "57P01", "57014", "40001", "40P01", "55P03", "58030", "25006", "XX000", "99999"
        }) {
            assertThat(Fault.of(refusal(sqlState))).as(sqlState).isInstanceOf(Fault.Passing.class);
        }
    }

    @Test
    @Tag("D3")
    void aMissingTableRightOrPasswordIsTheSetUps() {
        for (var sqlState : new String[] {"42P01", "42703", "42501", "28P01", "28000", "3F000", "3D000"}) {
            assertThat(Fault.of(refusal(sqlState))).as(sqlState).isInstanceOf(Fault.Configuration.class);
        }
    }

    @Test
    @Tag("D2")
    void noConnectionIsTheSystemsFaultWithoutASqlstate() {
        assertThat(Fault.of(
                        new CannotGetJdbcConnectionException("no connection", new SQLTransientConnectionException())))
                .isInstanceOf(Fault.Passing.class);
        assertThat(Fault.of(new CannotCreateTransactionException("no transaction")))
                .isInstanceOf(Fault.Passing.class);
    }

    @Test
    @Tag("A18")
    void aDeadlockIsRepeatedAtOnceAndALostConnectionIsNot() {
        assertThat(((Fault.Passing) Fault.of(refusal("40P01"))).isRepeatable()).isTrue();
        assertThat(((Fault.Passing) Fault.of(refusal("08006"))).isRepeatable()).isFalse();
    }

    @Test
    void whatOurCodeDidNotExpectIsSetAsideByItsClass() {
        assertThat(Fault.of(new ArithmeticException("a customer's words")))
                .isEqualTo(new Fault.Data("error:ArithmeticException", null));
    }

    private static RuntimeException refusal(String sqlState) {
        return new DataIntegrityViolationException("refused", new RuntimeException(new SQLException("no", sqlState)));
    }
}
