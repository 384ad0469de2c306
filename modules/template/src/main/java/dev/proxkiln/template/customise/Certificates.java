package dev.proxkiln.template.customise;

import dev.proxkiln.core.field.BadValue;
import dev.proxkiln.core.field.Type;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Certificates in PEM, several in one text. */
final class Certificates {
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----");
  private static final String NEXT = "Give PEM files (BEGIN CERTIFICATE), or host.";

  private Certificates() {}

  static Type<List<String>> type() {
    return new Type<>(
        "FILE",
        Certificates::parse,
        all -> String.join("", all),
        Map.of("type", List.of("array", "string"), "items", Map.of("type", "string")),
        List.of(),
        true);
  }

  private static List<String> parse(String text) {
    if (text.contains("PRIVATE KEY")) {
      throw new BadValue("holds a private key, which no guest may have", NEXT);
    }
    List<String> all =
        BLOCK.matcher(text).results().map(MatchResult::group).map(pem -> pem + "\n").toList();
    if (all.isEmpty()) {
      throw new BadValue("holds no certificate in PEM", NEXT);
    }
    all.forEach(Certificates::check);
    return all;
  }

  private static void check(String pem) {
    try {
      CertificateFactory.getInstance("X.509")
          .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
    } catch (CertificateException e) {
      throw new BadValue("holds a certificate that cannot be read", NEXT);
    }
  }
}
