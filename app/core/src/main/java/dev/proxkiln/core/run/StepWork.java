package dev.proxkiln.core.run;

import dev.proxkiln.core.call.PveCall;
import dev.proxkiln.core.call.Text;
import dev.proxkiln.core.event.RunEvent;
import dev.proxkiln.core.plan.Check;
import dev.proxkiln.core.plan.Expect;
import dev.proxkiln.core.plan.PlanText;
import dev.proxkiln.core.plan.Probe;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.plan.Undo;
import dev.proxkiln.core.port.Commands;
import dev.proxkiln.core.port.Consoles;
import dev.proxkiln.core.port.Downloads;
import dev.proxkiln.core.port.Ports;
import dev.proxkiln.core.port.PvePort;
import dev.proxkiln.core.port.ResolvedCall;
import dev.proxkiln.core.problem.CoreSlug;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.core.tree.Tree;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The work of single steps: perform, look, take back. Keeps no state of its own. */
final class StepWork {

  private static final Pattern GUEST =
      Pattern.compile("/nodes/([^/]+)/(?:qemu|lxc)/(\\d+)(?:/.*)?");
  private static final Pattern NODE = Pattern.compile("/nodes/([^/]+)/.*");
  private static final Pattern WHOLE = Pattern.compile("-?\\d{1,40}");
  private static final Duration TAKING_BACK = Duration.ofMinutes(2);
  private static final int CONSOLE_LINES = 25;

  private final Ports ports;
  private final Consumer<RunEvent> tell;
  private final RunFolder run;
  private final RunState state;
  private final Stop stop;

  StepWork(Ports ports, Consumer<RunEvent> tell, RunFolder run, RunState state, Stop stop) {
    this.ports = ports;
    this.tell = tell;
    this.run = run;
    this.state = state;
    this.stop = stop;
  }

  /**
   * What a step gave.
   *
   * @param warnings number of warnings of its task
   */
  record Result(Map<String, String> outputs, int warnings) {}

  Result perform(Step step, Consumer<String> taskStarted) {
    return switch (step) {
      case Step.Require require -> require(require);
      case Step.Call call -> call(call, taskStarted);
      case Step.Run command -> new Result(command(command), 0);
      case Step.Download download -> new Result(download(download), 0);
      case Step.Write write -> {
        ports.files().write(resolve(write.path()), resolve(write.content()), write.mode());
        yield new Result(Map.of(), 0);
      }
      case Step.Await await -> new Result(await(await), 0);
      case Step.Discard discard -> {
        for (Undo undo : discard.what()) {
          Optional<Problem> kept = takeBack(undo);
          if (kept.isPresent()) {
            throw kept.get().raise();
          }
        }
        yield new Result(Map.of(), 0);
      }
      case Step.Record record -> new Result(facts(record), 0);
    };
  }

  // ---- performing ----

  /** A check that fails stops the run, or is a warning where it is soft. */
  private Result require(Step.Require require) {
    List<Problem> problems = new ArrayList<>();
    List<String> passed = new ArrayList<>();
    List<String> failed = new ArrayList<>();
    for (Check check : require.checks()) {
      Optional<Problem> problem = problemOf(check);
      (problem.isPresent() ? failed : passed).add(check.name());
      problem.ifPresent(problems::add);
      problem.ifPresent(p -> run.output(check.name() + ": " + p.what() + " " + p.why()));
      if (require.soft()) {
        problem.ifPresent(p -> watch(require).line("WARN: " + p.what() + " " + p.next()));
      }
    }
    if (!problems.isEmpty() && !require.soft()) {
      throw new ProblemException(problems);
    }
    Map<String, String> outputs = new LinkedHashMap<>();
    outputs.put("verdict", failed.isEmpty() ? "passed" : "failed");
    outputs.put("passed", String.join(",", passed));
    outputs.put("failed", String.join(",", failed));
    return new Result(outputs, failed.size());
  }

  private Optional<Problem> problemOf(Check check) {
    return switch (check) {
      case Check.Api api -> {
        try {
          Object answer = ask(api.get());
          List<String> broken = broken(answer, api.expect());
          yield broken.isEmpty()
              ? Optional.empty()
              : Optional.of(explained(check, "Not so: " + String.join("; ", broken) + "."));
        } catch (ProblemException e) {
          // A node that cannot be reached or refuses the login says more than the check does.
          yield Optional.of(
              switch (e.first().kind()) {
                case HOST, TIMEOUT, INTERNAL -> e.first();
                case INPUT, WORK, LOCKED ->
                    explained(check, e.first().what() + " " + e.first().why());
              });
        }
      }
      case Check.Refused refused -> {
        try {
          ask(refused.get());
          yield Optional.of(check.otherwise());
        } catch (ProblemException e) {
          yield Optional.empty();
        }
      }
      case Check.Matches matches ->
          Pattern.compile(resolve(matches.pattern())).matcher(resolve(matches.text())).find()
              ? Optional.empty()
              : Optional.of(check.otherwise());
      case Check.AtMost atMost ->
          atMost(resolve(atMost.number()), resolve(atMost.most()))
              ? Optional.empty()
              : Optional.of(check.otherwise());
      case Check.Differ differ ->
          resolve(differ.one()).equals(resolve(differ.other()))
              ? Optional.of(check.otherwise())
              : Optional.empty();
    };
  }

  private static boolean atMost(String number, String most) {
    return WHOLE.matcher(number).matches()
        && WHOLE.matcher(most).matches()
        && new BigInteger(number).compareTo(new BigInteger(most)) <= 0;
  }

  private static Problem explained(Check check, String why) {
    Problem problem = check.otherwise();
    return problem.why().isEmpty() ? problem.because(why.strip()) : problem;
  }

  private Result call(Step.Call step, Consumer<String> taskStarted) {
    PvePort.Answer answer = ports.pve().send(resolve(step.call()), watch(step));
    int warnings = 0;
    if (answer.task().isPresent()) {
      taskStarted.accept(answer.task().get());
      warnings = ports.pve().await(answer.task().get(), watch(step)).warnings();
    }
    return new Result(pick(step.outputs(), answer.value()), warnings);
  }

  private PvePort.TaskWatch watch(Step step) {
    return new PvePort.TaskWatch() {
      @Override
      public void line(String text) {
        run.output(text);
        tell.accept(new RunEvent.StepPrinted(run.id(), step, text));
      }

      @Override
      public void progress(long done, long total) {
        tell.accept(new RunEvent.StepProgressed(run.id(), step, done, total));
      }
    };
  }

  private Map<String, String> command(Step.Run step) {
    List<String> hidden =
        step.input().stream()
            .flatMap(text -> text.parts().stream())
            .flatMap(
                part ->
                    part instanceof Text.Secret(String name)
                        ? Optional.of(name).stream()
                        : Optional.<String>empty().stream())
            .map(name -> ports.secrets().secret(name))
            .toList();
    Commands.Command command =
        new Commands.Command(
            step.argv().stream().map(this::resolve).toList(),
            Map.of(),
            step.input().map(this::resolve),
            step.deadline(),
            hidden);
    Commands.Ended ended = ports.commands().run(command, line -> watch(step).line(line));
    Map<String, String> outputs = new LinkedHashMap<>();
    outputs.put("out", ended.out().strip());
    outputs.putAll(pick(step.outputs(), ended.out()));
    if (!ended.ok()) {
      throw failed(step, command, ended, outputs).raise();
    }
    return outputs;
  }

  private Problem failed(
      Step.Run step, Commands.Command command, Commands.Ended ended, Map<String, String> outputs) {
    String last = ended.err().isBlank() ? ended.lastLine() : ended.err().strip();
    if (step.otherwise().isEmpty()) {
      return CoreSlug.COMMAND_FAILED.problem(
          "step " + step.id(),
          "'" + command.argv().getFirst() + "' ended with exit code " + ended.exit() + ".",
          last,
          "See its whole output with: proxkiln show " + run.id());
    }
    Problem problem = step.otherwise().get();
    String why = problem.why();
    if (why.isEmpty()) {
      return problem.because(last);
    }
    for (Map.Entry<String, String> output : outputs.entrySet()) {
      String name = "${" + output.getKey() + "}";
      if (why.contains(name)) {
        if (output.getValue().isEmpty()) {
          return problem.because(last);
        }
        why = why.replace(name, output.getValue());
      }
    }
    return problem.because(why);
  }

  private Map<String, String> download(Step.Download step) {
    return ports
        .downloads()
        .fetch(
            step.fetch(),
            new Downloads.Watch() {
              @Override
              public void progress(long done, long total) {
                tell.accept(new RunEvent.StepProgressed(run.id(), step, done, total));
              }

              @Override
              public void note(String text) {
                watch(step).line(text);
              }
            });
  }

  private Map<String, String> await(Step.Await step) {
    Instant deadline = ports.time().now().plus(step.deadline());
    Consoles.Console console =
        step.console()
            .map(vmid -> ports.consoles().follow(nodeOf(step.get()), Long.parseLong(resolve(vmid))))
            .orElseGet(() -> Consoles.NONE.follow("", 0));
    String last = "";
    try (console) {
      while (true) {
        try {
          Object answer = ask(step.get());
          List<String> broken = broken(answer, step.until());
          if (broken.isEmpty()) {
            return pick(step.outputs(), answer);
          }
          last = "Not yet: " + String.join("; ", broken) + ".";
        } catch (ProblemException e) {
          last = e.first().what() + " " + e.first().why();
        }
        if (stop.asked()) {
          throw CoreSlug.STOPPED.problem("step " + step.id(), "Stopped.", "", "").raise();
        }
        if (ports.time().now().isAfter(deadline)) {
          throw late(step, last.strip(), console.tail(CONSOLE_LINES));
        }
        ports.time().sleep(step.pause());
      }
    } catch (InterruptedException e) {
      throw CoreSlug.STOPPED.problem("step " + step.id(), "Stopped.", "", "").raise();
    }
  }

  private ProblemException late(Step.Await step, String last, List<String> console) {
    console.forEach(line -> run.output("console: " + line));
    String tail =
        console.isEmpty()
            ? ""
            : "\nThe last lines of the serial console:\n  " + String.join("\n  ", console);
    return CoreSlug.DEADLINE_PASSED
        .problem(
            "step " + step.id(),
            "'" + step.label() + "' did not happen within " + step.deadline().toSeconds() + " s.",
            last + tail,
            "Give it more time with --" + step.setting() + ", or look at the guest's console.")
        .raise();
  }

  private Map<String, String> facts(Step.Record step) {
    Map<String, String> facts = new LinkedHashMap<>();
    step.facts().forEach((key, text) -> facts.put(key, resolve(text)));
    return facts;
  }

  // ---- looking ----

  /** Waits for the step's task, then asks its probe: whether its work is there. */
  boolean settled(Step step) {
    quiesce(step);
    return holds(step.probe());
  }

  /** Waits until no task that this step may have started is active. */
  void quiesce(Step step) {
    if (step instanceof Step.Discard discard) {
      for (Undo undo : discard.what()) {
        if (undo instanceof Undo.Api api) {
          guestOf(api.call()).ifPresent(vmid -> ports.pve().settle(nodeOf(api.call()), vmid));
        }
      }
    }
    if (!(step instanceof Step.Call call)) {
      return;
    }
    Optional<String> task = state.task(step.id());
    if (task.isPresent()) {
      try {
        ports.pve().await(task.get(), PvePort.TaskWatch.NONE);
      } catch (ProblemException e) {
        run.output("the task of step " + step.id() + " had failed: " + e.first().what());
      }
      return;
    }
    guestOf(call.call()).ifPresent(vmid -> ports.pve().settle(nodeOf(call.call()), vmid));
  }

  /** Outputs of a step whose work was there already. */
  Map<String, String> outputsAgain(Step step) {
    return step instanceof Step.Call call
            && !call.outputs().isEmpty()
            && call.probe() instanceof Probe.Api probe
        ? pick(call.outputs(), ask(probe.get()))
        : Map.of();
  }

  private boolean holds(Probe probe) {
    return switch (probe) {
      case Probe.Never() -> false;
      case Probe.Api(PveCall get, List<Expect> expect) -> {
        try {
          yield broken(ask(get), expect).isEmpty();
        } catch (ProblemException e) {
          if (e.first().slug().equals("node-unreachable")) {
            throw e;
          }
          yield false;
        }
      }
      case Probe.FileThere(Text path) -> ports.files().exists(resolve(path));
    };
  }

  /** Whether there is anything for an undo to take back. */
  boolean isThere(Undo undo) {
    try {
      return switch (undo) {
        case Undo.Api api -> holds(api.there());
        case Undo.DeleteFile(Text path) -> ports.files().exists(resolve(path));
        case Undo.Command _, Undo.DropPartial _ -> false;
      };
    } catch (UnresolvedOutput e) {
      return false;
    }
  }

  // ---- taking back ----

  /** Takes back; empty when it is gone, else why it is still there. */
  Optional<Problem> takeBack(Undo undo) {
    try {
      switch (undo) {
        case Undo.Api api -> {
          if (!holds(api.there())) {
            return Optional.empty();
          }
          if (!holds(api.ours())) {
            return Optional.of(notOurs(api));
          }
          PvePort.Answer answer = ports.pve().send(resolve(api.call()));
          answer.task().ifPresent(task -> ports.pve().await(task, PvePort.TaskWatch.NONE));
        }
        case Undo.DeleteFile(Text path) -> ports.files().delete(resolve(path));
        case Undo.Command(List<Text> argv) -> {
          Optional<Problem> failed = takeBack(argv);
          if (failed.isPresent()) {
            return failed;
          }
        }
        case Undo.DropPartial drop -> ports.downloads().dropPartial(drop.fetch());
      }
      return Optional.empty();
    } catch (UnresolvedOutput e) {
      // The step never got so far that there could be anything.
      return Optional.empty();
    } catch (ProblemException e) {
      return Optional.of(e.first());
    }
  }

  private Optional<Problem> takeBack(List<Text> argv) {
    List<String> words = argv.stream().map(this::resolve).toList();
    Commands.Ended ended =
        ports
            .commands()
            .run(new Commands.Command(words, Map.of(), Optional.empty(), TAKING_BACK, List.of()));
    return ended.ok()
        ? Optional.empty()
        : Optional.of(
            CoreSlug.COMMAND_FAILED.problem(
                "run " + run.id(),
                "'" + words.getFirst() + "' ended with exit code " + ended.exit() + ".",
                ended.err().strip(),
                "Type it again: " + String.join(" ", words)));
  }

  private Problem notOurs(Undo.Api api) {
    return CoreSlug.NOT_OURS.problem(
        "run " + run.id(),
        "'" + resolve(api.call().path()) + "' does not carry the mark of run '" + run.id() + "'.",
        "Somebody else made it, or the mark was removed.",
        "Look at it, and if it may go, type: " + command(api));
  }

  /** The undo as a command for an administrator. */
  String command(Undo undo) {
    return switch (undo) {
      case Undo.Api api -> PlanText.command(known(api.call()), run.plan().node());
      case Undo.DeleteFile(Text path) -> "rm " + known(path);
      case Undo.Command(List<Text> argv) ->
          PlanText.command(argv.stream().map(this::known).toList());
      case Undo.DropPartial drop -> "remove the partial download of " + drop.fetch().url();
    };
  }

  // ---- resolving ----

  private @Nullable Object ask(PveCall get) {
    return ports.pve().send(resolve(get)).value();
  }

  private List<String> broken(@Nullable Object answer, List<Expect> expectations) {
    return expectations.stream()
        .filter(expect -> !expect.holds(answer, resolve(expect.value())))
        .map(expect -> known(expect) + ", but it is '" + Tree.text(answer, expect.path()) + "'")
        .toList();
  }

  private String known(Expect expect) {
    return new Expect(expect.path(), expect.test(), known(expect.value())).toString();
  }

  private static Map<String, String> pick(Map<String, String> outputs, @Nullable Object answer) {
    Map<String, String> picked = new LinkedHashMap<>();
    outputs.forEach((name, path) -> picked.put(name, Tree.pick(answer, path)));
    return picked;
  }

  private ResolvedCall resolve(PveCall call) {
    LinkedHashMap<String, List<String>> params = new LinkedHashMap<>();
    Set<String> secrets = new HashSet<>();
    call.params()
        .forEach(
            (name, texts) -> {
              params.put(name, texts.stream().map(this::resolve).toList());
              if (texts.stream().anyMatch(Text::isSecret)) {
                secrets.add(name);
              }
            });
    return new ResolvedCall(
        call.verb(),
        resolve(call.path()),
        params,
        secrets,
        call.file().map(text -> Path.of(resolve(text))));
  }

  private String resolve(Text text) {
    return text.render(
        part ->
            switch (part) {
              case Text.Literal(String literal) -> literal;
              case Text.Output output ->
                  output(output).orElseThrow(() -> new UnresolvedOutput(output));
              case Text.Secret(String name) -> ports.secrets().secret(name);
            });
  }

  /** The text as far as it is known, with secrets left out: for people. */
  private Text known(Text text) {
    return Text.join(
        text.parts().stream()
            .map(
                part ->
                    part instanceof Text.Output output && output(output).isPresent()
                        ? new Text.Literal(output(output).get())
                        : part)
            .toArray());
  }

  private PveCall known(PveCall call) {
    LinkedHashMap<String, List<Text>> params = new LinkedHashMap<>();
    call.params()
        .forEach((name, texts) -> params.put(name, texts.stream().map(this::known).toList()));
    return new PveCall(call.verb(), known(call.path()), params, call.file().map(this::known));
  }

  private Optional<String> output(Text.Output output) {
    if (output.step().equals("run")) {
      return switch (output.name()) {
        case "id" -> Optional.of(run.id());
        case "date" -> Optional.of(state.date());
        case "cache" -> Optional.of(ports.downloads().folder());
        default -> Optional.empty();
      };
    }
    if (output.step().equals("failure")) {
      return state.failure().map(failure -> failure.get(output.name()));
    }
    return state.outputs(output.step()).flatMap(all -> Optional.ofNullable(all.get(output.name())));
  }

  private String nodeOf(PveCall call) {
    Matcher matcher = NODE.matcher(resolve(call.path()));
    return matcher.matches() ? matcher.group(1) : run.plan().node();
  }

  /** The guest that a call makes or changes: a clone's is the new one. */
  private Optional<Long> guestOf(PveCall call) {
    try {
      for (String name : List.of("newid", "vmid")) {
        List<Text> given = call.params().get(name);
        if (given != null) {
          return Optional.of(Long.parseLong(resolve(given.getFirst())));
        }
      }
      Matcher matcher = GUEST.matcher(resolve(call.path()));
      return matcher.matches() ? Optional.of(Long.parseLong(matcher.group(2))) : Optional.empty();
    } catch (UnresolvedOutput e) {
      return Optional.empty();
    }
  }

  /** A text needs the output of a step that is not done. */
  static final class UnresolvedOutput extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnresolvedOutput(Text.Output output) {
      super("'" + output.reference() + "' is not known", null, false, false);
    }
  }
}
