package dev.proxkiln.core.plan;

import dev.proxkiln.core.call.PveCall;
import dev.proxkiln.core.call.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Prints plans: text for people, a shell script, single calls as commands. */
public final class PlanText {
  private static final int MOST_LINES = 12;

  private PlanText() {}

  /** The plan for people: a numbered line a step, and under it what exactly will be called. */
  public static String text(Plan plan) {
    StringBuilder out = new StringBuilder();
    out.append(plan.title()).append('\n');
    out.append("Target ").append(plan.target()).append(", node ").append(plan.node());
    out.append(", plan ").append(plan.id()).append(", ").append(plan.steps().size());
    out.append(plan.steps().size() == 1 ? " step" : " steps");
    out.append(". Nothing has been changed yet.\n\n");
    int number = 1;
    for (Step step : plan.steps()) {
      out.append(text(number++, step, plan.node()));
    }
    return out.toString();
  }

  /**
   * A step with its number, and under it what exactly will be called.
   *
   * @param node the node of its plan
   */
  public static String text(int number, Step step, String node) {
    StringBuilder out = new StringBuilder();
    out.append(String.format("%3d  %-9s %s%n", number, kind(step), step.label()));
    details(step, node).forEach(line -> out.append("               ").append(line).append('\n'));
    return out.toString();
  }

  /** What sort of step it is, in one word. */
  public static String kind(Step step) {
    return switch (step) {
      case Step.Require _ -> "check";
      case Step.Call call -> call.call().verb().reads() ? "read" : "call";
      case Step.Run _ -> "run";
      case Step.Download _ -> "download";
      case Step.Write _ -> "write";
      case Step.Await _ -> "wait";
      case Step.Discard _ -> "remove";
      case Step.Record _ -> "record";
    };
  }

  private static List<String> details(Step step, String node) {
    return switch (step) {
      case Step.Require require ->
          require.checks().stream().map(check -> check.name() + ": " + condition(check)).toList();
      case Step.Call call -> shortened(command(call.call(), node));
      case Step.Run run ->
          List.of(
              command(run.argv())
                  + run.input()
                      .map(input -> ", given " + input.toString().lines().count() + " lines")
                      .orElse(""));
      case Step.Download download -> details(download.fetch());
      case Step.Write write ->
          List.of(
              ShellWords.word(write.path())
                  + String.format(
                      " (mode %04o, %d lines)",
                      write.mode(), write.content().toString().lines().count()));
      case Step.Await await ->
          List.of(
              command(await.get(), node),
              "until "
                  + await.until().stream().map(Expect::toString).collect(Collectors.joining(", "))
                  + ", at most "
                  + await.deadline().toSeconds()
                  + " s");
      case Step.Discard discard -> discard.what().stream().map(undo -> undo(undo, node)).toList();
      case Step.Record record -> List.of(record.name());
    };
  }

  /** A command as it would be typed; one line. */
  public static String command(List<Text> argv) {
    return argv.stream().map(ShellWords::word).collect(Collectors.joining(" "));
  }

  /** A call may carry a whole script. */
  private static List<String> shortened(String command) {
    List<String> lines = command.lines().toList();
    return lines.size() <= MOST_LINES
        ? lines
        : Stream.concat(
                lines.stream().limit(2),
                Stream.of("... " + (lines.size() - 2) + " more lines; --format sh shows them"))
            .toList();
  }

  private static String undo(Undo undo, String node) {
    return switch (undo) {
      case Undo.Api api -> command(api.call(), node);
      case Undo.DeleteFile(Text path) -> "rm " + ShellWords.word(path);
      case Undo.Command(List<Text> argv) -> command(argv);
      case Undo.DropPartial(Fetch fetch) -> "the partial download of " + fetch.url();
    };
  }

  private static List<String> details(Fetch fetch) {
    List<String> lines = new ArrayList<>(List.of(fetch.url()));
    switch (fetch.trust()) {
      case Fetch.Pinned(String algorithm, String digest) ->
          lines.add("must have " + algorithm + " " + digest);
      case Fetch.Unverified() ->
          lines.add(
              fetch.isLocal()
                  ? "a file of this machine: what is in it is taken as it is"
                  : "nothing says what must be in it: whatever comes is taken");
      case Fetch.Published p -> {
        lines.add("must have the " + p.algorithm() + " that " + p.url() + " gives for " + p.file());
        lines.add(
            p.signature()
                .map(s -> "which must be signed by OpenPGP key " + s.fingerprint())
                .orElse("which is not signed: the trust is that of its https address"));
      }
    }
    String unpacked =
        fetch.compression().equals("none") ? "" : fetch.compression() + ", unpacked to ";
    String format = fetch.format().equals("auto") ? "qcow2, raw or vmdk" : fetch.format();
    lines.add(unpacked + format + ", without backing file");
    return lines;
  }

  private static String condition(Check check) {
    return switch (check) {
      case Check.Api api ->
          (api.expect().isEmpty()
                  ? "is answered"
                  : api.expect().stream().map(Expect::toString).collect(Collectors.joining(", ")))
              + " ("
              + command(api.get(), "")
              + ")";
      case Check.Refused refused -> command(refused.get(), "") + " finds nothing";
      case Check.Matches matches -> matches.text() + " matches '" + matches.pattern() + "'";
      case Check.AtMost atMost -> atMost.number() + " is at most " + atMost.most();
      case Check.Differ differ -> differ.one() + " differs from " + differ.other();
    };
  }

  /** The plan as a script of {@code qm} and {@code pvesh} commands for root on the node. */
  public static String script(Plan plan) {
    return new PlanScript(plan).text();
  }

  /**
   * A call the way an administrator would type it; one line.
   *
   * @param node where it is typed
   */
  public static String command(PveCall call, String node) {
    return ShellWords.command(call, node);
  }
}
