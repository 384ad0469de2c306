package dev.proxkiln.host.fetch;

import dev.proxkiln.host.file.FileTrouble;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * The certificate authorities that are trusted: those of the Java runtime and those of this host,
 * so that a company's own authority works once the administrator has added it to the host.
 *
 * @param bundle PEM file of the host's authorities
 * @param required whether the file must be there, because somebody named it
 */
record Authorities(Path bundle, boolean required) {
  private static final Path HOST = Path.of("/etc/ssl/certs/ca-certificates.crt");

  private static final Pattern CERTIFICATE =
      Pattern.compile("-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----");

  /** The bundle that {@code SSL_CERT_FILE} names, else Debian's. */
  static Authorities of(Map<String, String> environment) {
    return Optional.ofNullable(environment.get("SSL_CERT_FILE"))
        .filter(text -> !text.isBlank())
        .map(text -> new Authorities(Path.of(text), true))
        .orElse(new Authorities(HOST, false));
  }

  /** Trusts nobody. */
  static SSLContext none() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[0], null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** For problems: where the authorities come from. */
  String describe() {
    return "the authorities in '" + bundle + "' and those of the Java runtime are trusted";
  }

  SSLContext context() {
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      Set<ByteBuffer> known = addRuntime(store);
      if (required || Files.isReadable(bundle)) {
        addBundle(store, known);
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (IOException e) {
      throw FileTrouble.reading(bundle, e);
    } catch (GeneralSecurityException e) {
      throw FileTrouble.reading(bundle, new IOException(e.getMessage(), e));
    }
  }

  /** Gives the certificates that it added, as bytes. */
  private static Set<ByteBuffer> addRuntime(KeyStore store) throws GeneralSecurityException {
    TrustManagerFactory runtime =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    runtime.init((KeyStore) null);
    Set<ByteBuffer> known = new HashSet<>();
    for (TrustManager manager : runtime.getTrustManagers()) {
      if (manager instanceof X509TrustManager x509) {
        for (X509Certificate authority : x509.getAcceptedIssuers()) {
          store.setCertificateEntry("runtime" + known.size(), authority);
          known.add(ByteBuffer.wrap(authority.getEncoded()));
        }
      }
    }
    return known;
  }

  /** Most hosts have the very authorities of the runtime; to read each of them takes its time. */
  private void addBundle(KeyStore store, Set<ByteBuffer> known)
      throws GeneralSecurityException, IOException {
    String all = Files.readString(bundle, StandardCharsets.ISO_8859_1);
    String others =
        CERTIFICATE
            .matcher(all)
            .replaceAll(
                found ->
                    isKnown(found.group(1), known) ? "" : Matcher.quoteReplacement(found.group()));
    if (!others.equals(all) && !others.contains("-----BEGIN")) {
      return; // None is left, and to read none would fail, as it must where there never was one.
    }
    int count = 0;
    for (Certificate authority :
        CertificateFactory.getInstance("X.509")
            .generateCertificates(
                new ByteArrayInputStream(others.getBytes(StandardCharsets.ISO_8859_1)))) {
      store.setCertificateEntry("host" + count++, authority);
    }
  }

  private static boolean isKnown(String encoded, Set<ByteBuffer> known) {
    try {
      return known.contains(ByteBuffer.wrap(Base64.getMimeDecoder().decode(encoded)));
    } catch (IllegalArgumentException e) {
      return false; // Whoever reads certificates shall say what is wrong with it.
    }
  }
}
