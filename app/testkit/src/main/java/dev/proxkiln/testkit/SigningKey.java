package dev.proxkiln.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HexFormat;
import org.bouncycastle.bcpg.ArmoredOutputStream;
import org.bouncycastle.bcpg.BCPGOutputStream;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.PublicKeyAlgorithmTags;
import org.bouncycastle.bcpg.sig.KeyFlags;
import org.bouncycastle.crypto.generators.RSAKeyPairGenerator;
import org.bouncycastle.crypto.params.RSAKeyGenerationParameters;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPKeyPair;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureGenerator;
import org.bouncycastle.openpgp.PGPSignatureSubpacketGenerator;
import org.bouncycastle.openpgp.PGPSignatureSubpacketVector;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentSignerBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPGPKeyPair;

/** A throw-away OpenPGP key (RSA, 2048 bits) that signs files the two ways publishers do. */
public final class SigningKey {
  private final PGPKeyPair pair;
  private final PGPPublicKey certified;
  private final Instant created;

  private SigningKey(PGPKeyPair pair, PGPPublicKey certified, Instant created) {
    this.pair = pair;
    this.certified = certified;
    this.created = created;
  }

  /** A key that is a day old and never expires. */
  public static SigningKey create(String userId) {
    return create(userId, Instant.now().minus(Duration.ofDays(1)), Duration.ZERO);
  }

  /**
   * A key with a given life.
   *
   * @param lifetime zero for ever
   */
  public static SigningKey create(String userId, Instant created, Duration lifetime) {
    try {
      RSAKeyPairGenerator generator = new RSAKeyPairGenerator();
      generator.init(
          new RSAKeyGenerationParameters(BigInteger.valueOf(65537), new SecureRandom(), 2048, 100));
      PGPKeyPair pair =
          new BcPGPKeyPair(
              4,
              PublicKeyAlgorithmTags.RSA_GENERAL,
              generator.generateKeyPair(),
              Date.from(created));
      PGPSignatureSubpacketGenerator facts = new PGPSignatureSubpacketGenerator();
      facts.setKeyFlags(true, KeyFlags.SIGN_DATA | KeyFlags.CERTIFY_OTHER);
      facts.setKeyExpirationTime(true, lifetime.toSeconds());
      facts.setSignatureCreationTime(true, Date.from(created));
      PGPSignatureGenerator signer =
          signer(pair, PGPSignature.POSITIVE_CERTIFICATION, HashAlgorithmTags.SHA256);
      signer.setHashedSubpackets(facts.generate());
      PGPSignature own = signer.generateCertification(userId, pair.getPublicKey());
      PGPPublicKey certified = PGPPublicKey.addCertification(pair.getPublicKey(), userId, own);
      return new SigningKey(pair, certified, created);
    } catch (PGPException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The same key with a revocation on it. */
  public SigningKey revoked() {
    try {
      PGPSignatureGenerator signer =
          signer(pair, PGPSignature.KEY_REVOCATION, HashAlgorithmTags.SHA256);
      PGPSignature revocation = signer.generateCertification(certified);
      return new SigningKey(pair, PGPPublicKey.addCertification(certified, revocation), created);
    } catch (PGPException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Full fingerprint, 40 upper-case hex digits. */
  public String fingerprint() {
    return HexFormat.of().withUpperCase().formatHex(certified.getFingerprint());
  }

  /** The public key, armoured. */
  public String publicKey() {
    return armoured(certified::encode);
  }

  /** Writes the public key as {@code FINGERPRINT.asc}. */
  public Path writeTo(Path folder) {
    try {
      return Files.writeString(folder.resolve(fingerprint() + ".asc"), publicKey());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A detached signature with SHA-512, armoured. */
  public String sign(String text) {
    byte[] signature = sign(text.getBytes(StandardCharsets.UTF_8), HashAlgorithmTags.SHA512);
    return armoured(out -> out.write(signature));
  }

  /**
   * A detached signature, binary.
   *
   * @param hash a number of {@link HashAlgorithmTags}
   */
  public byte[] sign(byte[] bytes, int hash) {
    try {
      PGPSignatureGenerator signer = signer(pair, PGPSignature.BINARY_DOCUMENT, hash);
      signer.setHashedSubpackets(times());
      signer.update(bytes);
      return signer.generate().getEncoded();
    } catch (PGPException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A text with its signature around it (RFC 9580, section 7). */
  public String clearSign(String text) {
    try {
      PGPSignatureGenerator signer =
          signer(pair, PGPSignature.CANONICAL_TEXT_DOCUMENT, HashAlgorithmTags.SHA512);
      signer.setHashedSubpackets(times());
      StringBuilder out = new StringBuilder("-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n");
      String separator = "";
      for (String line : text.lines().toList()) {
        String canonical = separator + line.replaceAll("[ \t\r]+$", "");
        signer.update(canonical.getBytes(StandardCharsets.UTF_8));
        separator = "\r\n";
        out.append(line.startsWith("-") ? "- " + line : line).append('\n');
      }
      byte[] signature = signer.generate().getEncoded();
      return out + armoured(armour -> armour.write(signature));
    } catch (PGPException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private PGPSignatureSubpacketVector times() {
    PGPSignatureSubpacketGenerator facts = new PGPSignatureSubpacketGenerator();
    facts.setIssuerFingerprint(false, certified);
    facts.setSignatureCreationTime(true, Date.from(created.plusSeconds(60)));
    return facts.generate();
  }

  private static PGPSignatureGenerator signer(PGPKeyPair pair, int type, int hash)
      throws PGPException {
    PGPSignatureGenerator signer =
        new PGPSignatureGenerator(
            new BcPGPContentSignerBuilder(PublicKeyAlgorithmTags.RSA_GENERAL, hash),
            pair.getPublicKey());
    signer.init(type, pair.getPrivateKey());
    return signer;
  }

  /** Something that writes packets. */
  private interface Packets {
    void to(OutputStream out) throws IOException;
  }

  private static String armoured(Packets packets) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ArmoredOutputStream armour = ArmoredOutputStream.builder().clearHeaders().build(bytes)) {
      packets.to(new BCPGOutputStream(armour));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toString(StandardCharsets.US_ASCII);
  }
}
