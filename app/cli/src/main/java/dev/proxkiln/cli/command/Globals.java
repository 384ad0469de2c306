package dev.proxkiln.cli.command;

import dev.proxkiln.cli.log.LogLevel;
import dev.proxkiln.cli.vault.Passphrases;
import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.spec.Checked;
import dev.proxkiln.host.log.RollingLog;
import java.util.Optional;
import java.util.Set;

/**
 * Settings that every command has.
 *
 * @param target address of the node; empty for the default
 * @param node the node to work for; empty for the one that answers
 * @param output {@code table}, {@code json} or {@code yaml}
 * @param onError what to do when a step fails; empty for the default of the place
 * @param color when to use colours
 * @param fingerprint SHA-256 of the node's certificate, for targets by https
 * @param token API token, for targets by https
 * @param jobs how many runs work side by side, where there are several
 * @param ui where questions are asked: {@code auto}, {@code screen} or {@code line}
 * @param theme colours of the screens: {@code auto}, {@code contrast} or {@code monochrome}
 * @param logLevel the least that is written to the log
 * @param logLimits how much of the log is kept
 */
public record Globals(
    Optional<String> target,
    Optional<String> node,
    String output,
    Optional<String> onError,
    String color,
    Optional<String> fingerprint,
    Optional<String> token,
    long jobs,
    String ui,
    String theme,
    LogLevel logLevel,
    RollingLog.Limits logLimits) {

  private static final Field<String> TARGET =
      Field.of(
          "target",
          "Target",
          Type.anyText(300),
          "Node to work on: sandbox, local, https://HOST:PORT or ssh://USER@HOST; the default is"
              + " local on a Proxmox VE node and sandbox elsewhere.");

  /** How a profile may be called. */
  public static final Type<String> PROFILE_NAME =
      Type.text(
          "PROFILE",
          "[a-z0-9][a-z0-9-]{0,39}",
          "Use lower-case letters, digits and dashes, for example lab.");

  private static final Field<String> PROFILE =
      Field.of(
          "profile",
          "Profile",
          PROFILE_NAME,
          "Profile of the settings files to work with; none for none of them.");
  private static final Field<String> NODE =
      Field.of(
          "node",
          "Node",
          Type.text(
              "NODE",
              "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?",
              "Give the name of a node of the cluster, for example pve1."),
          "Node of the cluster to work for; the default is the one that answers.");
  private static final Field<String> OUTPUT =
      Field.of(
              "output",
              "Output",
              Type.word("FORM", "table", "json", "yaml"),
              "Form of the result on standard output.")
          .byDefault("table");
  private static final Field<String> ON_ERROR =
      Field.of(
          "on-error",
          "On error",
          Type.word("WHAT", "undo", "ask", "keep"),
          "What to do when a step fails: undo what was made, ask, or keep it for resume; the"
              + " default is ask on a terminal and undo elsewhere.");
  private static final Field<String> COLOR =
      Field.of(
              "color",
              "Colour",
              Type.word("WHEN", "auto", "always", "never"),
              "When to use colours; auto heeds NO_COLOR and TERM=dumb.")
          .byDefault("auto");
  private static final Field<String> FINGERPRINT =
      Field.of(
          "fingerprint",
          "Fingerprint",
          Type.text(
              "SHA256",
              "(?i)(?:sha-?256[:=]\\s*)?[0-9a-f]{2}(?::?[0-9a-f]{2}){31}",
              "Copy it from the node: pvenode cert info"),
          "SHA-256 fingerprint that the node's certificate must have, for https targets.");
  private static final Field<String> TOKEN =
      Field.of(
              "token",
              "API token",
              Type.anyText(300),
              "API token for https targets, as secret:NAME; PROXKILN_TOKEN may hold"
                  + " USER@REALM!TOKEN=SECRET itself.")
          .from(Field.Source.SECRET);

  private static final long USUAL_JOBS = 4;

  private static final Field<Long> JOBS =
      Field.of(
              "jobs",
              "Jobs",
              Type.integer(1, 64),
              "How many runs work side by side, where a command starts several; those that write to"
                  + " one storage take turns.")
          .byDefault(USUAL_JOBS);

  static final Field<String> UI =
      Field.of(
              "ui",
              "Questions",
              Type.word("WHERE", "auto", "screen", "line"),
              "How questions are asked: on the whole screen, or line by line for serial consoles"
                  + " and screen readers; auto takes lines where TERM=dumb or the terminal is"
                  + " smaller than 80x20.")
          .byDefault("auto");

  private static final Field<String> THEME =
      Field.of(
              "theme",
              "Theme",
              Type.word("THEME", "auto", "contrast", "monochrome"),
              "Colours of the screens: those of the terminal, high contrast, or none.")
          .byDefault("auto");

  private static final Field<String> LOG_LEVEL =
      Field.of(
              "log-level",
              "Log level",
              Type.word("LEVEL", LogLevel.words()),
              "The least that is written to the log file.")
          .byDefault("info");

  private static final long KIB = 1024;

  private static final Field<Long> LOG_SIZE =
      Field.of(
              "log-size",
              "Log file",
              Type.size("M", 64 * KIB, KIB * KIB * KIB, KIB),
              "Size of a log file at which it is packed and a new one begun; at most an eighth of"
                  + " log-total is used.")
          .byDefault(RollingLog.Limits.USUAL.file());

  private static final Field<Long> LOG_TOTAL =
      Field.of(
              "log-total",
              "All log files",
              Type.size("M", KIB * KIB, KIB * KIB * KIB * KIB, KIB * KIB),
              "Size of all files of a log together; when they are over it, the oldest go.")
          .byDefault(RollingLog.Limits.USUAL.total());

  public static final Schema SCHEMA =
      Schema.of(
          TARGET,
          PROFILE,
          NODE,
          OUTPUT,
          ON_ERROR,
          JOBS,
          COLOR,
          UI,
          THEME,
          LOG_LEVEL,
          LOG_SIZE,
          LOG_TOTAL,
          FINGERPRINT,
          TOKEN);

  /** Variables that mean something but are no setting. */
  public static final Set<String> OTHER_VARIABLES =
      Set.of(
          "PROXKILN_NO_INPUT",
          "PROXKILN_ROOT",
          // Those of bootstrap.sh, which starts the program.
          "PROXKILN_ADDRESS",
          "PROXKILN_RETRY_SECONDS",
          "PROXKILN_ACCEL",
          Passphrases.VAULT,
          Passphrases.EXPORT,
          "PROXKILN_CRASH_AT",
          "PROXKILN_AOT_TRAINING");

  /** What holds before anything was read. */
  public static final Globals DEFAULTS =
      new Globals(
          Optional.empty(),
          Optional.empty(),
          "table",
          Optional.empty(),
          "auto",
          Optional.empty(),
          Optional.empty(),
          USUAL_JOBS,
          "auto",
          "auto",
          LogLevel.INFO,
          RollingLog.Limits.USUAL);

  /** The same with another way to end a run that failed. */
  public Globals onError(String what) {
    return with(target, node, Optional.of(what));
  }

  /** The same for another target and node. */
  public Globals at(Optional<String> otherTarget, Optional<String> otherNode) {
    return with(otherTarget, otherNode, onError);
  }

  private Globals with(
      Optional<String> otherTarget, Optional<String> otherNode, Optional<String> otherEnd) {
    return new Globals(
        otherTarget,
        otherNode,
        output,
        otherEnd,
        color,
        fingerprint,
        token,
        jobs,
        ui,
        theme,
        logLevel,
        logLimits);
  }

  /** The same, but what a failed run made stays. */
  public Globals keeping() {
    return onError("keep");
  }

  /** Globals of some values, or everything that is wrong with them. */
  public static Checked<Globals> read(Values values) {
    if (values.entries().isEmpty()) {
      return new Checked.Valid<>(DEFAULTS);
    }
    return SCHEMA.read(values, Facts.none()).then(answers -> new Checked.Valid<>(of(answers)));
  }

  private static Globals of(Answers answers) {
    return new Globals(
        answers.find(TARGET),
        answers.find(NODE),
        answers.get(OUTPUT),
        answers.find(ON_ERROR),
        answers.get(COLOR),
        answers.find(FINGERPRINT),
        answers.find(TOKEN),
        answers.get(JOBS),
        answers.get(UI),
        answers.get(THEME),
        LogLevel.of(answers.get(LOG_LEVEL)).orElse(LogLevel.INFO),
        new RollingLog.Limits(answers.get(LOG_SIZE), answers.get(LOG_TOTAL)).fitting());
  }
}
