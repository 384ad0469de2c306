package dev.proxkiln.host.trust;

import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.host.HostSlug;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.KeyIdentifier;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPObjectFactory;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureList;
import org.bouncycastle.openpgp.PGPUtil;
import org.bouncycastle.openpgp.api.OpenPGPCertificate;
import org.bouncycastle.openpgp.api.OpenPGPCertificate.OpenPGPComponentKey;
import org.bouncycastle.openpgp.api.OpenPGPSignature.OpenPGPDocumentSignature;
import org.bouncycastle.openpgp.api.bc.BcOpenPGPApi;
import org.bouncycastle.openpgp.bc.BcPGPObjectFactory;

/**
 * Verifies OpenPGP signatures over small texts with pinned keys (RFC 9580). A signature counts when
 * the pinned key, or a signing subkey that it vouches for, made it over exactly these bytes with a
 * hash that is not broken, and that key is neither expired nor revoked today.
 */
public final class SignedText {
  private static final Set<Integer> SOUND_HASHES =
      Set.of(
          HashAlgorithmTags.SHA256,
          HashAlgorithmTags.SHA384,
          HashAlgorithmTags.SHA512,
          HashAlgorithmTags.SHA3_256,
          HashAlgorithmTags.SHA3_512);

  private final PinnedKeys keys;
  private final InstantSource clock;

  /** A verifier with these keys. */
  public SignedText(PinnedKeys keys, InstantSource clock) {
    this.keys = keys;
    this.clock = clock;
  }

  /**
   * Verifies a clear-signed text.
   *
   * @param file the whole file
   * @param fingerprint full fingerprint of the pinned key
   * @param where its address, for problems
   * @return the text that was signed; what stands outside the signed block is not in it
   * @throws ProblemException {@code signature-missing}, {@code signature-invalid}, {@code
   *     key-unknown}
   */
  public String clear(String file, String fingerprint, String where) {
    OpenPGPCertificate key = keys.key(fingerprint);
    ClearText clear = ClearText.read(file).orElseThrow(() -> missing(where));
    verify(clear.signed(), clear.signature().getBytes(StandardCharsets.UTF_8), key, where);
    return clear.text();
  }

  /** Whether a text is clear-signed. */
  public static boolean isClear(String text) {
    return text.startsWith(ClearText.START);
  }

  /**
   * The text of a clear-signed file whose publisher has no pinned key; what stands around it is
   * left out, and the signature is not looked at.
   *
   * @throws ProblemException {@code signature-missing} when the file is not clear-signed
   */
  public static String unverified(String file, String where) {
    return ClearText.read(file).orElseThrow(() -> missing(where)).text();
  }

  /**
   * Verifies a detached signature, armoured or binary.
   *
   * @param signed what was signed
   * @param signature the signature file
   * @param fingerprint full fingerprint of the pinned key
   * @param where address of the signature, for problems
   * @throws ProblemException {@code signature-missing}, {@code signature-invalid}, {@code
   *     key-unknown}
   */
  public void detached(byte[] signed, byte[] signature, String fingerprint, String where) {
    verify(signed, signature, keys.key(fingerprint), where);
  }

  private void verify(byte[] signed, byte[] signature, OpenPGPCertificate key, String where) {
    List<String> objections = new ArrayList<>();
    for (PGPSignature candidate : signatures(signature, where)) {
      Optional<String> objection = objection(signed, candidate, key);
      if (objection.isEmpty()) {
        return;
      }
      objections.add(objection.get());
    }
    throw HostSlug.SIGNATURE_INVALID
        .problem(
            where,
            "the signature is not a good one of the pinned key "
                + HexFormat.of().withUpperCase().formatHex(key.getFingerprint()),
            String.join("; ", objections),
            "do not use this image; if the publisher changed keys, pin the new one")
        .raise();
  }

  private static List<PGPSignature> signatures(byte[] file, String where) {
    List<PGPSignature> found = new ArrayList<>();
    try {
      PGPObjectFactory packets =
          new BcPGPObjectFactory(PGPUtil.getDecoderStream(new ByteArrayInputStream(file)));
      for (Object packet = packets.nextObject(); packet != null; packet = packets.nextObject()) {
        if (packet instanceof PGPSignatureList list) {
          list.forEach(found::add);
        }
      }
    } catch (IOException | RuntimeException e) {
      // Bytes that are no packets end the list; what came before them is judged.
    }
    if (found.isEmpty()) {
      throw missing(where);
    }
    return found;
  }

  /** Why a signature does not count; empty when it does. */
  private Optional<String> objection(
      byte[] signed, PGPSignature signature, OpenPGPCertificate certificate) {
    OpenPGPComponentKey maker = certificate.getSigningKeyFor(signature);
    if (maker == null) {
      return Optional.of(strange(signature, certificate));
    }
    if (!SOUND_HASHES.contains(signature.getHashAlgorithm())) {
      return Optional.of(
          "its hash algorithm is too weak (number " + signature.getHashAlgorithm() + ")");
    }
    Optional<String> unfit = unfit(maker, certificate, Date.from(clock.instant()));
    if (unfit.isPresent()) {
      return unfit;
    }
    try {
      List<OpenPGPDocumentSignature> checked =
          new BcOpenPGPApi()
              .verifyDetachedSignature()
              .addVerificationCertificate(certificate)
              .addSignature(signature)
              .process(new ByteArrayInputStream(signed));
      if (checked.size() != 1 || !checked.getFirst().isTestedCorrect()) {
        return Optional.of("it does not fit the text");
      }
      return checked.getFirst().isValid()
          ? Optional.empty()
          : Optional.of("its key was not valid when it was made");
    } catch (IOException | PGPException | RuntimeException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private static String strange(PGPSignature signature, OpenPGPCertificate certificate) {
    List<KeyIdentifier> issuers = signature.getKeyIdentifiers();
    boolean isOfThisKey = issuers.stream().anyMatch(issuer -> certificate.getKey(issuer) != null);
    String maker = String.format(Locale.ROOT, "%016X", signature.getKeyID());
    return isOfThisKey
        ? "its key " + maker + " may not sign, is expired or revoked"
        : "it was made by another key, " + maker;
  }

  /** The library's isSigningKey only looks at what the key may do, not at its life. */
  private static Optional<String> unfit(
      OpenPGPComponentKey maker, OpenPGPCertificate certificate, Date today) {
    for (OpenPGPComponentKey key : List.of(certificate.getPrimaryKey(), maker)) {
      Date end = key.getKeyExpirationDateAt(today);
      if (end != null && !today.before(end)) {
        return Optional.of("its key expired on " + end.toInstant().toString().substring(0, 10));
      }
      if (!key.isBoundAt(today)) {
        return Optional.of("its key was revoked");
      }
    }
    return maker.isSigningKey(today) ? Optional.empty() : Optional.of("its key may not sign");
  }

  private static ProblemException missing(String where) {
    return HostSlug.SIGNATURE_MISSING
        .problem(
            where,
            "there is no OpenPGP signature where one must be",
            "",
            "check the address of the signature, or ask the publisher")
        .raise();
  }
}
