package dev.proxkiln.template.rotation;

import dev.proxkiln.core.digest.Sha256;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.module.Definition;
import dev.proxkiln.core.spec.Checked;

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
    StringBuilder text = new StringBuilder();
    values
        .entries()
        .forEach((key, value) -> text.append(key).append('\0').append(value.raw()).append('\0'));
    return Sha256.of(text.toString()).substring(0, 12);
  }
}
