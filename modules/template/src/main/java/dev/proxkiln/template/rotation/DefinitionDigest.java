package dev.proxkiln.template.rotation;

import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.module.Definition;
import dev.proxkiln.core.spec.Checked;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Tells whether what a definition asks for has changed: a hash of its settings. */
final class DefinitionDigest {
  private DefinitionDigest() {}

  /** 12 hex digits; the same settings give the same, wherever they stand. */
  static String of(Definition definition) {
    return definition.values() instanceof Checked.Valid<Values>(Values values)
        ? of(values)
        : "unreadable";
  }

  private static String of(Values values) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      values
          .entries()
          .forEach(
              (key, value) ->
                  digest.update(
                      (key + "\0" + value.raw() + "\0").getBytes(StandardCharsets.UTF_8)));
      return HexFormat.of().formatHex(digest.digest(), 0, 6);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
