package org.transcriptpipeline.embedded;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// An authority of its own and the certificates that it gives, made by the JDK's `keytool` when they are asked for: no
/// key lies in the repository, and none of them runs out.
public final class TestCertificates {

    /// Of every store and key here.
    public static final String PASSWORD = "of-test-certificates";

    private static final String AUTHORITY = "authority";
    private static final String SERVER = "server";
    private static final long KEYTOOL_SECONDS = 60;

    private final Path directory;
    private final Path authorityStore;

    private TestCertificates(Path directory, Path authorityStore) {
        this.directory = directory;
        this.authorityStore = authorityStore;
    }

    /// Certificate and key as files, as Postgres wants them; only their owner reads the key.
    public record Pem(Path certificate, Path key) {}

    /// A new authority that nobody else trusts.
    ///
    /// @param directory made if it is missing
    public static TestCertificates authority(Path directory) {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var store = directory.resolve("authority.p12").toAbsolutePath();
        keytool(
                store,
                List.of(
                        "-genkeypair",
                        "-alias",
                        AUTHORITY,
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=authority of tests",
                        "-ext",
                        "bc:c",
                        "-validity",
                        "2"));
        return new TestCertificates(directory.toAbsolutePath(), store);
    }

    /// The authority's own certificate: what a client is to trust.
    public Path trusted() {
        return write(
                "trusted.pem",
                pem("CERTIFICATE", certificates(authorityStore, AUTHORITY).getFirst()));
    }

    /// A store with a key and a certificate for a host.
    ///
    /// @param subject its alternative name, `dns:localhost` or `ip:127.0.0.1`
    public Path server(String name, String subject) {
        return server(name, subject, List.of("-validity", "2"));
    }

    /// The same, run out yesterday.
    public Path expiredServer(String name, String subject) {
        return server(name, subject, List.of("-startdate", "-3d", "-validity", "2"));
    }

    private Path server(String name, String subject, List<String> validity) {
        var store = directory.resolve(name + ".p12");
        try {
            Files.copy(authorityStore, store);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var arguments = new ArrayList<>(List.of(
                "-genkeypair",
                "-alias",
                SERVER,
                "-keyalg",
                "EC",
                "-signer",
                AUTHORITY,
                "-dname",
                "CN=" + name,
                "-ext",
                "san=" + subject));
        arguments.addAll(validity);
        keytool(store, arguments);
        keytool(store, List.of("-delete", "-alias", AUTHORITY)); // a server does not hold the authority's key
        return store;
    }

    /// The same as files.
    public Pem pemOf(Path store) {
        try {
            var keys = load(store);
            var key = keys.getKey(SERVER, PASSWORD.toCharArray());
            var chain = new StringBuilder();
            certificates(store, SERVER).forEach(certificate -> chain.append(pem("CERTIFICATE", certificate)));
            var name = store.getFileName().toString();
            var keyFile = write(name + ".key", pem("PRIVATE KEY", key.getEncoded()));
            Files.setPosixFilePermissions(keyFile, PosixFilePermissions.fromString("rw-------"));
            return new Pem(write(name + ".crt", chain.toString()), keyFile);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot read " + store, e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<byte[]> certificates(Path store, String alias) {
        try {
            List<byte[]> encoded = new ArrayList<>();
            for (var certificate : load(store).getCertificateChain(alias)) {
                encoded.add(certificate.getEncoded());
            }
            return encoded;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot read " + store, e);
        }
    }

    /// For servers of tests that are written in Java.
    public static KeyStore load(Path store) {
        try {
            return KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot read " + store, e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path write(String name, String content) {
        try {
            return Files.writeString(directory.resolve(name), content, US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String pem(String kind, byte[] encoded) {
        return "-----BEGIN " + kind + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded)
                + "\n-----END " + kind + "-----\n";
    }

    private static void keytool(Path store, List<String> arguments) {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(arguments);
        command.addAll(List.of("-keystore", store.toString(), "-storetype", "PKCS12", "-storepass", PASSWORD));
        try {
            var process = new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            var output = new String(process.getInputStream().readAllBytes(), US_ASCII);
            if (!process.waitFor(KEYTOOL_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IllegalStateException("keytool says: " + output.strip());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
