package dev.proxkiln.cli.self;

import dev.proxkiln.cli.command.Command;
import dev.proxkiln.cli.command.Invocation;
import dev.proxkiln.cli.outside.Home;
import dev.proxkiln.cli.outside.Outside;
import dev.proxkiln.cli.outside.Version;
import dev.proxkiln.cli.problem.CliSlug;
import dev.proxkiln.cli.wiring.Results;
import dev.proxkiln.cli.wiring.Wiring;
import dev.proxkiln.core.digest.Sha256;
import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.module.Query;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;

/**
 * {@code self check}: whether this installation is whole and runs here. The installer asks it
 * before it switches over, so it needs no node, no network and no settings.
 */
public final class SelfCheck {
  /** Lines as {@code sha256sum} writes them, paths relative to the installation. */
  private static final String MANIFEST = "MANIFEST.sha256";

  private final Outside outside;
  private final Wiring wiring;

  SelfCheck(Outside outside, Wiring wiring) {
    this.outside = outside;
    this.wiring = wiring;
  }

  Command command() {
    return new Command.Own(
        "self check",
        "Check that this installation is whole and runs here.",
        Schema.of(),
        false,
        this::run);
  }

  private int run(Invocation invocation) {
    Path home = Home.find().folder();
    List<Problem> problems = new ArrayList<>();
    Map<String, Object> found = new LinkedHashMap<>();
    found.put("version", Version.text());
    found.put("folder", home.toString());
    found.put("java", System.getProperty("java.runtime.version", "unknown"));
    found.put("files", files(home, problems));
    found.put("encryption", encryption(problems));
    found.put("commands", commands(problems));
    if (!problems.isEmpty()) {
      throw new ProblemException(problems);
    }
    new Results(outside, wiring, invocation).print(new Query.One(found));
    return 0;
  }

  /** How many files are as released; every one that is not is a problem. */
  public static String files(Path home, List<Problem> problems) {
    Path manifest = home.resolve(MANIFEST);
    if (!Files.isRegularFile(manifest)) {
      return "built here, no manifest";
    }
    int right = 0;
    try {
      for (String line : Files.readAllLines(manifest)) {
        String name = line.substring(Math.min(66, line.length()));
        if (line.startsWith(digest(home.resolve(name)) + "  ")) {
          right++;
        } else {
          problems.add(damaged(name + " is missing or was changed"));
        }
      }
    } catch (IOException e) {
      problems.add(damaged(MANIFEST + " cannot be read: " + e.getMessage()));
    }
    return right + " as released";
  }

  private static Problem damaged(String why) {
    return CliSlug.HOME_INCOMPLETE.problem(
        "", "This installation of proxkiln is damaged.", why, "Install it again.");
  }

  /** In hexadecimal; empty where there is no such file. */
  private static String digest(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return Sha256.of(in);
    } catch (IOException e) {
      return "";
    }
  }

  /** The runtime carries its own trust store and ciphers; without them nothing can be fetched. */
  private static String encryption(List<Problem> problems) {
    try {
      return String.join(" ", SSLContext.getDefault().getDefaultSSLParameters().getProtocols());
    } catch (GeneralSecurityException e) {
      problems.add(damaged("Its Java runtime cannot do TLS: " + e.getMessage()));
      return "";
    }
  }

  /** Every module's settings are made once, which reads the catalogue and all that ships. */
  private String commands(List<Problem> problems) {
    List<Command> commands = wiring.commands();
    for (Command command : commands) {
      try {
        command.schema(Facts.none());
      } catch (ProblemException e) {
        problems.addAll(e.problems());
      }
    }
    return String.valueOf(commands.size());
  }
}
