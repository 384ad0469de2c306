package dev.proxkiln.cli.self;

import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Type;
import java.time.Duration;
import java.util.Optional;

/** The settings of updates, for settings files. */
final class UpdateSettings {
  static final Field<String> CHANNEL =
      Field.of(
              "update-channel",
              "Channel",
              Type.word("CHANNEL", "stable", "beta", "dev"),
              "Which releases to take: finished ones, those before them, or what is being built.")
          .byDefault("stable");

  static final Field<String> URL =
      Field.of(
          "update-url",
          "Update address",
          Type.text("URL", "https://\\S{1,2000}", "Give an https address."),
          "Address that releases are taken from; the default is the one that the release came"
              + " from.");

  static final Field<String> CHECK =
      Field.of(
              "update-check",
              "Look for updates",
              Type.word("WHEN", "daily", "weekly", "never"),
              "How often the menu has somebody look for a newer release, behind its back.")
          .byDefault("daily");

  static final Schema SCHEMA = Schema.of(CHANNEL, URL, CHECK);

  private UpdateSettings() {}

  /** How old an answer may be; empty where nobody is to ask. */
  static Optional<Duration> pause(String check) {
    return switch (check) {
      case "daily" -> Optional.of(Duration.ofDays(1));
      case "weekly" -> Optional.of(Duration.ofDays(7));
      default -> Optional.empty();
    };
  }
}
