package dev.proxkiln.cli.support;

import dev.proxkiln.cli.command.Command;
import dev.proxkiln.cli.command.Invocation;
import dev.proxkiln.cli.log.LogLevel;
import dev.proxkiln.cli.log.LogLine;
import dev.proxkiln.cli.log.LogReader;
import dev.proxkiln.cli.outside.Outside;
import dev.proxkiln.cli.wiring.Wiring;
import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.core.run.Stop;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** {@code logs}: shows what was logged, by all processes, and what is being logged. */
public final class LogsCommand {
  private static final Duration LOOK = Duration.ofMillis(200);

  private static final Field<String> LEVEL =
      Field.of("level", "Level", Type.word("LEVEL", LogLevel.words()), "The least that is shown.")
          .byDefault("debug");
  private static final Field<Long> LINES =
      Field.of("lines", "Lines", Type.integer(0, 1_000_000), "How many lines, the newest ones.")
          .byDefault(100L);
  private static final Field<Boolean> FOLLOW =
      Field.of("follow", "Follow", Type.flag(), "Go on with what is logged, until Ctrl-C.")
          .byDefault(false);

  private final Field<String> run =
      Field.of("run", "Run", Type.anyText(40), "ID of a run, or a beginning of it; else all.")
          .choosing(facts -> Field.Choice.plain(runs()));

  private final Outside outside;
  private final Wiring wiring;

  public LogsCommand(Outside outside, Wiring wiring) {
    this.outside = outside;
    this.wiring = wiring;
  }

  private List<String> runs() {
    return wiring.runs().ids();
  }

  /** The command. */
  public Command command() {
    return new Command.Own(
        "logs",
        "Show the log of this machine's proxkiln.",
        Schema.of(run, LEVEL, LINES, FOLLOW),
        false,
        this::run);
  }

  private int run(Invocation invocation) {
    Answers answers = invocation.answers();
    LogReader reader =
        new LogReader(
            wiring.logFile(),
            wiring.json(),
            LogLevel.of(answers.get(LEVEL)).orElse(LogLevel.DEBUG),
            answers.find(run).orElse(""));
    boolean json = invocation.globals().output().equals("json");
    List<Object> last = reader.last(Math.toIntExact(answers.get(LINES)));
    if (last.isEmpty() && !answers.get(FOLLOW) && !json) {
      outside.err().println("Nothing to show.");
    }
    print(last, json);
    if (!answers.get(FOLLOW)) {
      return 0;
    }
    Stop stop = outside.interrupts().begin("Leaving the log.");
    try {
      while (!stop.asked()) {
        LockSupport.parkNanos(LOOK.toNanos());
        print(reader.more(), json);
      }
    } finally {
      outside.interrupts().end();
    }
    return outside.interrupts().exitCode();
  }

  private void print(List<Object> lines, boolean json) {
    lines.forEach(
        line -> outside.out().println(json ? wiring.json().line(line) : LogLine.text(line)));
  }
}
