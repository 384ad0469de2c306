package dev.proxkiln.cli.wiring;

import dev.proxkiln.cli.command.Globals;
import dev.proxkiln.cli.command.Switches;
import dev.proxkiln.cli.node.FactsTree;
import dev.proxkiln.config.Layers;
import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.problem.ProblemException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Facts of a target for completion: those of the last command that asked it, while they are fresh;
 * else asked for, but only for as long as somebody waits for a key of Tab. Never complains.
 */
public final class QuickFacts {
  /** How old facts may be before the target is asked again. */
  private static final Duration FRESH = Duration.ofMinutes(2);

  /** How long a key may take. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private static final List<String> FLAGS =
      List.of("target", "profile", "node", "token", "fingerprint");

  private final Wiring wiring;
  private final Duration patience;

  public QuickFacts(Wiring wiring) {
    this(wiring, PATIENCE);
  }

  /** With another patience. */
  public QuickFacts(Wiring wiring, Duration patience) {
    this.wiring = wiring;
    this.patience = patience;
  }

  /** Keeps facts for later; where that cannot be done, later is a little slower. */
  void keep(Globals globals, Facts facts) {
    try {
      wiring.files().write(file(globals).toString(), wiring.json().line(FactsTree.of(facts)), 0600);
    } catch (ProblemException e) {
      // The next completion asks the target again.
    }
  }

  /** Facts of the target that a command line means. */
  public Facts of(List<String> words) {
    try {
      Globals globals = globals(words);
      Path file = file(globals);
      if (Files.isRegularFile(file)
          && Files.getLastModifiedTime(file).toInstant().isAfter(Instant.now().minus(FRESH))) {
        return read(file);
      }
      Optional<Facts> asked = ask(globals);
      if (asked.isPresent()) {
        return asked.get();
      }
      return Files.isRegularFile(file) ? read(file) : Facts.none();
    } catch (ProblemException | IOException | IllegalArgumentException e) {
      return Facts.none();
    }
  }

  private Facts read(Path file) throws IOException {
    return FactsTree.read(wiring.json().read(Files.readString(file)));
  }

  private Optional<Facts> ask(Globals globals) {
    if (!wiring.isUp(globals)) {
      return Optional.empty();
    }
    CompletableFuture<Facts> answer = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                answer.complete(wiring.connect(globals, Switches.NONE.silent()).facts());
              } catch (RuntimeException e) {
                answer.completeExceptionally(e);
              }
            });
    try {
      return Optional.of(answer.get(patience.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } catch (ExecutionException | TimeoutException e) {
      return Optional.empty();
    }
  }

  /** The target as flags, the environment and settings files say it. */
  private Globals globals(List<String> words) {
    Map<String, String> flags = new LinkedHashMap<>();
    for (int i = 0; i < words.size() - 1; i++) {
      for (String key : FLAGS) {
        if (words.get(i).equals("--" + key) && i + 1 < words.size() - 1) {
          flags.put(key, words.get(i + 1));
        } else if (words.get(i).startsWith("--" + key + "=")) {
          flags.put(key, words.get(i).substring(key.length() + 3));
        }
      }
    }
    Values values =
        wiring.layers().read(wiring.request("", Schema.of(), List.of(), flags)).orRaise();
    return Globals.read(Layers.only(values, Globals.SCHEMA)).orRaise();
  }

  private Path file(Globals globals) {
    String name = globals.target().orElse("") + " " + globals.node().orElse("");
    return wiring
        .layout()
        .cache()
        .resolve("completion")
        .resolve(HexFormat.of().formatHex(name.getBytes(StandardCharsets.UTF_8)) + ".json");
  }
}
