package dev.proxkiln.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A throw-away certificate for localhost that is its own authority, made by the JDK's keytool.
 *
 * @param context what a server speaks TLS with
 * @param pem the certificate, to be trusted by the client
 */
public record TestCertificate(SSLContext context, Path pem) {
  private static final String PASSWORD = "testtest";

  /** Makes one in a folder; takes about a second. */
  public static TestCertificate in(Path folder) {
    Path store = folder.resolve("test.p12");
    Path pem = folder.resolve("test.pem");
    try {
      keytool(
          store,
          "-genkeypair",
          "-dname",
          "CN=localhost",
          "-keyalg",
          "EC",
          "-validity",
          "2",
          "-ext",
          "san=dns:localhost,ip:127.0.0.1",
          "-ext",
          "bc=ca:true");
      keytool(store, "-exportcert", "-rfc", "-file", pem.toString());
      KeyStore keys = KeyStore.getInstance("PKCS12");
      try (InputStream in = Files.newInputStream(store)) {
        keys.load(in, PASSWORD.toCharArray());
      }
      KeyManagerFactory own =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      own.init(keys, PASSWORD.toCharArray());
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(own.getKeyManagers(), null, null);
      return new TestCertificate(context, pem);
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void keytool(Path store, String... arguments) throws IOException {
    List<String> argv = new ArrayList<>();
    argv.add(Path.of(System.getProperty("java.home"), "bin/keytool").toString());
    argv.addAll(List.of(arguments));
    argv.addAll(List.of("-keystore", store.toString(), "-storetype", "PKCS12"));
    argv.addAll(List.of("-storepass", PASSWORD, "-alias", "test"));
    Process process = new ProcessBuilder(argv).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IllegalStateException(said);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
