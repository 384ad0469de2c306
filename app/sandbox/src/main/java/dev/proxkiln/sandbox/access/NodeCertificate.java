package dev.proxkiln.sandbox.access;

import dev.proxkiln.sandbox.state.StateFolder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * The node's own certificate authority and certificate, made once and kept in {@code pki/} of the
 * state folder, as a node keeps them in /etc/pve.
 *
 * @param context what the server speaks TLS with
 * @param fingerprint SHA-256 of the certificate, 32 upper-case hex pairs joined by colons
 * @param authority file of the certificate authority, PEM
 * @param rows authority and certificate as {@code /nodes/NODE/certificates/info} tells of them
 */
public record NodeCertificate(
    SSLContext context, String fingerprint, Path authority, List<Map<String, Object>> rows) {
  private static final Duration VALID = Duration.ofDays(3650);
  private static final SecureRandom RANDOM = new SecureRandom();

  /**
   * Reads the certificate, or makes authority and certificate when there is none.
   *
   * @param folder the sandbox's state
   * @param nodeName common name and one of the alternative names, beside localhost and loopback
   */
  public static NodeCertificate of(StateFolder folder, String nodeName) throws IOException {
    Path authority = folder.path("pki", "pve-root-ca.pem");
    Path certificate = folder.path("pki", "pve-ssl.pem");
    Path key = folder.path("pki", "pve-ssl.key");
    try {
      if (!Files.exists(key) || !Files.exists(certificate) || !Files.exists(authority)) {
        make(nodeName, authority, certificate, key);
      }
      return load(authority, certificate, key);
    } catch (GeneralSecurityException | OperatorCreationException e) {
      throw new IOException("no usable certificate in '" + folder.root() + "'", e);
    }
  }

  private static NodeCertificate load(Path authority, Path certificate, Path key)
      throws IOException, GeneralSecurityException {
    CertificateFactory x509 = CertificateFactory.getInstance("X.509");
    X509Certificate own =
        (X509Certificate)
            x509.generateCertificate(new ByteArrayInputStream(Files.readAllBytes(certificate)));
    X509Certificate issuer =
        (X509Certificate)
            x509.generateCertificate(new ByteArrayInputStream(Files.readAllBytes(authority)));
    PrivateKey secret =
        KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(unwrap(key)));
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    store.setKeyEntry("node", secret, new char[0], new Certificate[] {own, issuer});
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, new char[0]);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return new NodeCertificate(
        context,
        fingerprint(own),
        authority,
        List.of(row(authority, issuer), row(certificate, own)));
  }

  private static String fingerprint(Certificate one) throws GeneralSecurityException {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(one.getEncoded());
    return HexFormat.ofDelimiter(":").withUpperCase().formatHex(digest);
  }

  /** PVE/Certificate.pm get_certificate_info. */
  private static Map<String, Object> row(Path file, X509Certificate one)
      throws GeneralSecurityException {
    return Map.of(
        "filename",
        file.getFileName().toString(),
        "fingerprint",
        fingerprint(one),
        "subject",
        one.getSubjectX500Principal().getName(),
        "issuer",
        one.getIssuerX500Principal().getName(),
        "notbefore",
        one.getNotBefore().toInstant().getEpochSecond(),
        "notafter",
        one.getNotAfter().toInstant().getEpochSecond(),
        "public-key-type",
        "id-ecPublicKey",
        "public-key-bits",
        256,
        "pem",
        pem("CERTIFICATE", one.getEncoded()));
  }

  private static void make(String nodeName, Path authority, Path certificate, Path key)
      throws IOException, GeneralSecurityException, OperatorCreationException {
    KeyPair issuerKeys = keys();
    KeyPair ownKeys = keys();
    X500Name issuer = new X500Name("CN=proxkiln sandbox CA,OU=" + hex(8) + ",O=proxkiln sandbox");
    X500Name subject = new X500Name("OU=sandbox node,O=proxkiln sandbox,CN=" + nodeName);
    X509v3CertificateBuilder root = builder(issuer, issuerKeys, issuer);
    root.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
    root.addExtension(
        Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
    X509v3CertificateBuilder leaf = builder(subject, ownKeys, issuer);
    leaf.addExtension(Extension.basicConstraints, false, new BasicConstraints(false));
    leaf.addExtension(
        Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
    leaf.addExtension(
        Extension.subjectAlternativeName,
        false,
        new GeneralNames(
            new GeneralName[] {
              new GeneralName(GeneralName.iPAddress, "127.0.0.1"),
              new GeneralName(GeneralName.iPAddress, "::1"),
              new GeneralName(GeneralName.dNSName, "localhost"),
              new GeneralName(GeneralName.dNSName, nodeName)
            }));
    StateFolder.write(authority, pem("CERTIFICATE", sign(root, issuerKeys).getEncoded()));
    StateFolder.write(certificate, pem("CERTIFICATE", sign(leaf, issuerKeys).getEncoded()));
    StateFolder.writeSecret(key, pem("PRIVATE KEY", ownKeys.getPrivate().getEncoded()));
  }

  private static X509v3CertificateBuilder builder(X500Name subject, KeyPair keys, X500Name issuer) {
    Instant now = Instant.now();
    return new JcaX509v3CertificateBuilder(
        issuer,
        new BigInteger(120, RANDOM).setBit(119),
        Date.from(now.minus(Duration.ofHours(1))),
        Date.from(now.plus(VALID)),
        subject,
        keys.getPublic());
  }

  private static X509Certificate sign(X509v3CertificateBuilder builder, KeyPair issuer)
      throws OperatorCreationException, GeneralSecurityException {
    return new JcaX509CertificateConverter()
        .getCertificate(
            builder.build(
                new JcaContentSignerBuilder("SHA256withECDSA").build(issuer.getPrivate())));
  }

  private static KeyPair keys() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
    return generator.generateKeyPair();
  }

  private static String hex(int bytes) {
    byte[] random = new byte[bytes];
    RANDOM.nextBytes(random);
    return HexFormat.of().formatHex(random);
  }

  private static String pem(String type, byte[] der) {
    String body =
        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(der);
    return String.format(
        Locale.ROOT, "-----BEGIN %s-----%n%s%n-----END %s-----%n", type, body, type);
  }

  private static byte[] unwrap(Path pem) throws IOException {
    StringBuilder body = new StringBuilder();
    for (String line : Files.readAllLines(pem, StandardCharsets.US_ASCII)) {
      if (!line.startsWith("-----")) {
        body.append(line.strip());
      }
    }
    return Base64.getDecoder().decode(body.toString());
  }

  /** The address the server listens on: loopback, never another. */
  public static InetAddress loopback() {
    return InetAddress.getLoopbackAddress();
  }
}
