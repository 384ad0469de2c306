package dev.proxkiln.pve.rest;

import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.pve.problem.PveSlug;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Checks a node's certificate as its {@link Trust} says.
 *
 * <p>It is an extended trust manager because Java wraps any other in checks of its own, which
 * refuse a pinned certificate that names another host.
 */
final class TrustCheck extends X509ExtendedTrustManager {

  /** A certificate that was refused, with its fingerprint for the user to compare. */
  static final class Refused extends CertificateException {
    private static final long serialVersionUID = 1L;
    final String fingerprint;
    final String subject;
    final boolean pinned;

    Refused(X509Certificate certificate, boolean pinned, String reason)
        throws CertificateException {
      super(reason);
      this.fingerprint = Trust.colons(Trust.sha256(certificate.getEncoded()));
      this.subject = certificate.getSubjectX500Principal().getName();
      this.pinned = pinned;
    }
  }

  private final Trust trust;
  private final @Nullable X509ExtendedTrustManager authorities;

  private TrustCheck(Trust trust, @Nullable X509ExtendedTrustManager authorities) {
    this.trust = trust;
    this.authorities = authorities;
  }

  /**
   * A TLS context that trusts as told and nothing else.
   *
   * @throws ProblemException {@code certificate-unknown} when the authority's file cannot be read
   */
  static SSLContext context(Trust trust) {
    try {
      X509ExtendedTrustManager authorities =
          switch (trust) {
            case Trust.Pinned pinned -> null;
            case Trust.Authority(Path pem) -> authorities(store(pem));
            case Trust.PublicAuthorities all -> authorities(null);
          };
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new TrustCheck(trust, authorities)}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java cannot do TLS", e);
    }
  }

  private static X509ExtendedTrustManager authorities(@Nullable KeyStore store)
      throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509ExtendedTrustManager extended) {
        return extended;
      }
    }
    throw new GeneralSecurityException("no X.509 trust manager");
  }

  private static KeyStore store(Path pem) throws GeneralSecurityException {
    try (InputStream in = Files.newInputStream(pem)) {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int count = 0;
      for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("authority-" + count++, one);
      }
      return store;
    } catch (IOException | CertificateException e) {
      throw new ProblemException(
          PveSlug.CERTIFICATE_UNKNOWN.problem(
              pem.toString(),
              "The certificate authority's file '" + pem + "' cannot be read.",
              String.valueOf(e.getMessage()),
              "Copy /etc/pve/pve-root-ca.pem from a node of the cluster."),
          e);
    }
  }

  private interface Delegate {
    void check(X509ExtendedTrustManager authorities) throws CertificateException;
  }

  private void check(X509Certificate[] chain, Delegate delegate) throws CertificateException {
    if (trust instanceof Trust.Pinned(String sha256)) {
      byte[] wanted = HexFormat.of().parseHex(sha256);
      if (!MessageDigest.isEqual(wanted, Trust.sha256(chain[0].getEncoded()))) {
        throw new Refused(chain[0], true, "another certificate than the pinned one");
      }
      return;
    }
    if (authorities == null) {
      throw new CertificateException("nothing to check against");
    }
    try {
      delegate.check(authorities);
    } catch (CertificateException e) {
      Refused refused = new Refused(chain[0], false, String.valueOf(e.getMessage()));
      refused.initCause(e);
      throw refused;
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    check(chain, to -> to.checkServerTrusted(chain, type, engine));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    check(chain, to -> to.checkServerTrusted(chain, type, socket));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    throw new CertificateException("a certificate is checked with its connection only");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    throw new CertificateException("no clients here");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    throw new CertificateException("no clients here");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    throw new CertificateException("no clients here");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
