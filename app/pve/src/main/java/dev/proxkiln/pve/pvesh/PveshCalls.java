package dev.proxkiln.pve.pvesh;

import dev.proxkiln.core.port.Commands;
import dev.proxkiln.core.port.PvePort;
import dev.proxkiln.core.port.ResolvedCall;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.core.tree.Tree;
import dev.proxkiln.pve.problem.PveErrors;
import dev.proxkiln.pve.problem.PveSlug;
import dev.proxkiln.pve.task.TaskLog;
import dev.proxkiln.pve.task.Tasks;
import dev.proxkiln.pve.task.Upid;
import dev.proxkiln.pve.wire.Json;
import dev.proxkiln.pve.wire.Resend;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls as {@code pvesh get|create|set|delete PATH --name value ... --output-format json}.
 *
 * <p>What was observed on 8.4 and 9.2, and decides the code: a task runs in the foreground, its log
 * comes first on standard output and its ID as a JSON string in the last line; a task that failed
 * still gives exit code 0, so its status is read; {@code set} on a configuration prints no JSON; an
 * error before a task gives whatever errno was as exit code.
 */
final class PveshCalls implements PvePort {

  private static final Logger LOG = LoggerFactory.getLogger(PveshCalls.class);

  private static final Duration READ = Duration.ofMinutes(2);

  /** A full clone of a large disk runs in the foreground. */
  private static final Duration WRITE = Duration.ofHours(24);

  private static final Duration BACK_OFF = Duration.ofMillis(500);

  private static final Pattern CONFIG = Pattern.compile("/nodes/([^/]+)/qemu/(\\d+)/config");
  private static final String PASSWORD = "cipassword";

  private final Commands commands;
  private final Shell shell;
  private final Tasks tasks;
  private final Map<String, Watched> foreground = new ConcurrentHashMap<>();

  /** The lines of a task that ran in the foreground, and whether somebody saw them. */
  private record Watched(List<String> lines, boolean seen) {}

  PveshCalls(Commands commands, Shell shell) {
    this.commands = commands;
    this.shell = shell;
    this.tasks = new Tasks(call -> send(call).value());
  }

  @Override
  public Answer send(ResolvedCall call) {
    return send(call, Optional.empty());
  }

  @Override
  public Answer send(ResolvedCall call, TaskWatch watch) {
    return send(call, Optional.of(watch));
  }

  private Answer send(ResolvedCall call, Optional<TaskWatch> watch) {
    LOG.debug("{}", call);
    if (!call.secrets().isEmpty()) {
      return withPassword(call, watch);
    }
    if (call.file().isPresent()) {
      return upload(call, call.file().get(), watch);
    }
    return plain(call, watch);
  }

  @Override
  public TaskEnd await(String upid, TaskWatch watch) {
    Upid task =
        Upid.parse(upid)
            .orElseThrow(() -> new IllegalArgumentException("not a task ID: '" + upid + "'"));
    Watched ran = foreground.remove(upid);
    if (ran == null) {
      return tasks.await(task, watch);
    }
    if (!ran.seen) {
      TaskLog log = new TaskLog(watch);
      ran.lines.forEach(log::line);
    }
    return tasks.end(task, TaskLog.tail(ran.lines));
  }

  @Override
  public void settle(String guestsNode, long vmid) {
    tasks.settle(guestsNode, vmid);
  }

  // ---- one call ----

  private static List<String> argv(ResolvedCall call) {
    List<String> argv = new ArrayList<>(List.of("pvesh", call.verb().pvesh(), call.path()));
    call.params()
        .forEach(
            (name, values) ->
                values.forEach(
                    value -> {
                      argv.add("--" + name);
                      argv.add(value);
                    }));
    argv.addAll(List.of("--output-format", "json"));
    return argv;
  }

  private Answer plain(ResolvedCall call, Optional<TaskWatch> watch) {
    return Resend.sending(call, BACK_OFF, () -> once(call, watch));
  }

  private Answer once(ResolvedCall call, Optional<TaskWatch> watch) {
    String where = call.verb() + " " + call.path();
    boolean reads = call.verb().reads();
    checkEncoding(where, call);
    Commands.Command command =
        shell.command(argv(call), Optional.empty(), reads ? READ : WRITE, List.of());
    List<String> lines = new ArrayList<>();
    Commands.Ended ended = reads ? commands.run(command) : follow(where, command, lines, watch);
    String last = ended.lastLine();
    Optional<Upid> task = reads ? Optional.empty() : taskOf(last);
    if (task.isPresent()) {
      String upid = task.get().toString();
      foreground.put(upid, new Watched(List.copyOf(lines), watch.isPresent()));
      return new Answer(upid, Optional.of(upid));
    }
    if (!ended.ok()) {
      Problem problem = problem(where, ended);
      throw Resend.missedALock(call, problem)
          ? new Resend.StartedNothing(problem.raise())
          : problem.raise();
    }
    if (reads) {
      return new Answer(read(where, last), Optional.empty());
    }
    // Not every synchronous call prints JSON: 'set' on a config prints what it changes instead.
    return new Answer(readIfJson(last), Optional.empty());
  }

  /**
   * A task's ID from the last line, also where another node's log stands before it in one string.
   */
  private static Optional<Upid> taskOf(String lastLine) {
    Object value = readIfJson(lastLine);
    return Upid.atEndOf(value instanceof String text ? text : lastLine);
  }

  /** Java passes what the locale cannot express on as question marks, without a word. */
  private static void checkEncoding(String where, ResolvedCall call) {
    Charset locale = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
    call.params()
        .forEach(
            (name, values) -> {
              if (!locale.newEncoder().canEncode(String.join("", values))) {
                throw PveSlug.LOCALE_NOT_UTF8
                    .problem(
                        where,
                        "'" + name + "' has characters that the locale of this program has not.",
                        "The locale's character set is " + locale.name() + ".",
                        "Start proxkiln with LC_ALL=C.UTF-8.")
                    .raise();
              }
            });
  }

  private static @Nullable Object read(String where, String json) {
    if (json.isEmpty()) {
      return null;
    }
    try {
      return Json.read(json);
    } catch (IllegalArgumentException e) {
      throw new ProblemException(
          PveSlug.ANSWER_UNREADABLE.problem(
              where,
              "What pvesh printed is not JSON.",
              String.valueOf(e.getMessage()),
              "Run the same pvesh command by hand and look."),
          e);
    }
  }

  private static @Nullable Object readIfJson(String line) {
    try {
      return line.isEmpty() ? null : Json.read(line);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private Problem problem(String where, Commands.Ended ended) {
    return shell
        .trouble(where, ended)
        .orElseGet(
            () ->
                PveErrors.classify(
                    where,
                    ended.err().isBlank()
                        ? "exit code " + ended.exit() + ": " + ended.lastLine()
                        : ended.err().strip(),
                    0));
  }

  // ---- following a command ----

  /** Runs a command on another thread and hands its lines to the watch on this one. */
  private Commands.Ended follow(
      String where, Commands.Command command, List<String> lines, Optional<TaskWatch> watch) {
    BlockingQueue<Optional<String>> coming = new LinkedBlockingQueue<>();
    CompletableFuture<Commands.Ended> ending = new CompletableFuture<>();
    Thread runner =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    ending.complete(commands.run(command, line -> coming.add(Optional.of(line))));
                  } catch (RuntimeException e) {
                    ending.completeExceptionally(e);
                  } finally {
                    coming.add(Optional.empty());
                  }
                });
    TaskLog log = new TaskLog(watch.orElse(TaskWatch.NONE));
    try {
      Optional<String> line = coming.take();
      while (line.isPresent()) {
        if (taskOf(line.get()).isEmpty()) {
          lines.add(line.get());
          log.line(line.get());
        }
        line = coming.take();
      }
      return ending.get();
    } catch (InterruptedException e) {
      runner.interrupt();
      awaitEnd(runner);
      throw Tasks.stopped(where, e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException trouble) {
        throw trouble;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  /** The command's processes must be gone before anybody undoes what they did. */
  private static void awaitEnd(Thread runner) {
    try {
      runner.join(Duration.ofSeconds(30));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  // ---- secrets ----

  /**
   * Sets a guest's password by {@code qm set ID --cipassword} without a value: qm then reads it
   * from standard input, twice (pve-common: PVE/CLIHandler.pm, PVE/PTY.pm). Other parameters go
   * first by pvesh; nothing is sent at all when any secret has no such way.
   */
  private Answer withPassword(ResolvedCall call, Optional<TaskWatch> watch) {
    String where = call.verb() + " " + call.path();
    Matcher config = CONFIG.matcher(call.path());
    boolean sendable =
        config.matches()
            && switch (call.verb()) {
              case PUT, POST -> true;
              case GET, DELETE -> false;
            }
            && call.secrets().equals(Set.of(PASSWORD))
            && call.params().getOrDefault(PASSWORD, List.of()).size() == 1;
    if (!sendable) {
      throw notSendable(
              where,
              "'"
                  + String.join("', '", call.secrets())
                  + "' of this call cannot be given to pvesh"
                  + " without showing it on a command line")
          .raise();
    }
    String password = call.params().getOrDefault(PASSWORD, List.of("")).getFirst();
    if (password.isEmpty() || password.indexOf('\n') >= 0 || password.indexOf('\r') >= 0) {
      throw notSendable(where, "A password is one line of text and not empty.").raise();
    }
    String node = config.group(1);
    if (!node.equals("localhost") && !isHere(node)) {
      throw notSendable(
              where,
              "The guest is on node '" + node + "', and qm works with guests of its own node only.")
          .raise();
    }
    LinkedHashMap<String, List<String>> others = new LinkedHashMap<>(call.params());
    others.remove(PASSWORD);
    if (!others.isEmpty()) {
      Answer first =
          plain(
              new ResolvedCall(call.verb(), call.path(), others, Set.of(), Optional.empty()),
              watch);
      first.task().ifPresent(task -> await(task, TaskWatch.NONE));
    }
    Commands.Ended ended =
        commands.run(
            shell.command(
                List.of("qm", "set", config.group(2), "--" + PASSWORD),
                Optional.of(password + "\n" + password + "\n"),
                READ,
                List.of(password)));
    if (!ended.ok()) {
      throw problem(where, ended).raise();
    }
    return new Answer(null, Optional.empty());
  }

  /** pvesh passes calls on to other nodes, qm does not. */
  private boolean isHere(String node) {
    for (Object entry : Tree.list(send(ResolvedCall.get("/cluster/status")).value(), "")) {
      if (Tree.flag(entry, "local")) {
        return Tree.text(entry, "name").equals(node);
      }
    }
    return false;
  }

  private static Problem notSendable(String where, String what) {
    return PveSlug.SECRET_NOT_SENDABLE.problem(
        where, what, "", "Use the API (https://...), or give a password hash.");
  }

  // ---- upload ----

  /**
   * Uploads as the API server does: the file lies under a name of the form that the call accepts,
   * and the task moves it to the storage and deletes it (pve-storage: API2/Storage/Status.pm).
   */
  private Answer upload(ResolvedCall call, Path file, Optional<TaskWatch> watch) {
    String where = call.verb() + " " + call.path();
    byte[] random = new byte[16];
    new SecureRandom().nextBytes(random);
    String temporary = "/var/tmp/pveupload-" + HexFormat.of().formatHex(random);
    Commands.Ended copied = commands.run(shell.copy(file, temporary, WRITE));
    try {
      if (!copied.ok()) {
        throw problem(where, copied).raise();
      }
      LinkedHashMap<String, List<String>> params = new LinkedHashMap<>(call.params());
      params.putIfAbsent("filename", List.of(String.valueOf(file.getFileName())));
      params.put("tmpfilename", List.of(temporary));
      return plain(
          new ResolvedCall(call.verb(), call.path(), params, Set.of(), Optional.empty()), watch);
    } catch (ProblemException e) {
      drop(temporary);
      throw e;
    }
  }

  private void drop(String temporary) {
    boolean interrupted = Thread.interrupted();
    try {
      commands.run(
          shell.command(List.of("rm", "-f", "--", temporary), Optional.empty(), READ, List.of()));
    } catch (ProblemException e) {
      LOG.warn("'{}' is left on the node: {}", temporary, e.first().what());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
