package dev.proxkiln.template.rotation;

import dev.proxkiln.core.facts.GuestFacts;
import dev.proxkiln.core.port.PvePort;
import dev.proxkiln.core.tree.Tree;
import dev.proxkiln.template.existing.Templates;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the notes of a version tell of its making.
 *
 * @param digest of the image as published, {@code ALGORITHM:HEX}; empty text where none is told
 * @param definition hash of the settings; empty text where none is told
 * @param bootTest the verdict; empty text where there was no test
 */
record Notes(String digest, String definition, String bootTest) {
  private static final Pattern DIGEST = Pattern.compile("(?m)^- digest: (.*)$");
  private static final Pattern DEFINITION = Pattern.compile("(?m)^- definition: (.*)$");
  private static final Pattern BOOT_TEST = Pattern.compile("(?m)^Boot test: (.*)$");

  /** Reads them from the node. */
  static Notes of(PvePort pve, GuestFacts guest) {
    String text = Tree.text(Templates.config(pve, guest), "description");
    return new Notes(found(DIGEST, text), found(DEFINITION, text), found(BOOT_TEST, text));
  }

  private static String found(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    return matcher.find() ? matcher.group(1).strip() : "";
  }
}
