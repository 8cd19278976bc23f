package org.transcriptpipeline.archive.console;

import java.security.Principal;
import java.sql.Connection;
import java.sql.SQLException;

/// What somebody who has signed in may see of the public views.
@FunctionalInterface
interface ReaderScope {

    /// Narrows the transaction that the connection is in, before anything is read in it.
    void narrow(Connection connection, Principal user) throws SQLException;
}
