package dev.proxkiln.cli.command;

import dev.proxkiln.core.field.Field;
import java.util.List;
import java.util.Set;

/**
 * What completion can offer as the value of a flag or as a word.
 *
 * @param kind where it comes from
 * @param words what it can be, for {@link Kind#WORDS}
 */
public record Offer(Kind kind, List<String> words) {
  public Offer {
    words = List.copyOf(words);
  }

  /** Settings that name what this machine keeps: definitions, entries of the queue, profiles. */
  public static final Set<String> KEPT = Set.of("definition", "entry", "profile");

  /** Where values come from. */
  public enum Kind {
    /** There is no value. */
    NONE,
    /** Anything; nothing can be offered. */
    TEXT,
    /** Known words. */
    WORDS,
    /** Names of files. */
    FILES,
    /** The program has to look: into its files, or at the target. */
    ASK
  }

  static Offer of(Kind kind) {
    return new Offer(kind, List.of());
  }

  /** The offer of a setting. */
  static Offer of(Field<?> field) {
    if (field.type().name().equals("FLAG")) {
      return of(Kind.NONE);
    }
    if (field.looksAround() || field.source().hidden() || KEPT.contains(field.key())) {
      return of(Kind.ASK);
    }
    if (!field.type().words().isEmpty()) {
      return new Offer(Kind.WORDS, field.type().words());
    }
    return switch (field.source()) {
      case FILE, PATH, SSH_KEYS, CERTIFICATES, GUEST_FILES -> of(Kind.FILES);
      case TEXT, HOST, INHERIT, SECRET, PASSWORD ->
          of(field.type().name().matches("FILE|PATH|FOLDER") ? Kind.FILES : Kind.TEXT);
    };
  }
}
