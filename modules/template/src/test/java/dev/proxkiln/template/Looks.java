package dev.proxkiln.template;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.module.Definition;
import dev.proxkiln.core.module.Surroundings;
import dev.proxkiln.core.module.Survey;
import dev.proxkiln.core.port.Commands;
import dev.proxkiln.core.port.Downloads;
import dev.proxkiln.core.port.PvePort;
import dev.proxkiln.core.port.ResolvedCall;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Looks around on nodes that are made up, for tests of surveys. */
public final class Looks {
  private static final String SCRATCH = "/var/lib/proxkiln/cache/scratch";

  private Looks() {}

  /** What a survey of the module finds. */
  public static Survey.Found look(
      String survey, Facts facts, Surroundings around, String... settings) {
    return Fixtures.module().surveys().stream()
        .filter(s -> s.name().equals(survey))
        .findFirst()
        .orElseThrow()
        .look(Fixtures.values(settings), facts, around);
  }

  /** A node that can be read and not changed. */
  public static PvePort node(Function<ResolvedCall, Object> answers) {
    return new PvePort() {
      @Override
      public Answer send(ResolvedCall call) {
        return new Answer(answers.apply(call), Optional.empty());
      }

      @Override
      public TaskEnd await(String upid, TaskWatch watch) {
        throw new AssertionError("a look starts no task");
      }

      @Override
      public void settle(String node, long vmid) {
        throw new AssertionError("a look changes nothing");
      }
    };
  }

  /** A node, and nothing else that may be asked. */
  public static Surroundings around(PvePort node) {
    return around(node, Fixtures.untouched(Commands.class));
  }

  /** A node and programs. */
  public static Surroundings around(PvePort node, Commands commands) {
    return new Surroundings(
        node,
        Fixtures.untouched(Downloads.class),
        commands,
        List.of(),
        List.of("proxkiln"),
        SCRATCH);
  }

  /** A node, publishers and kept settings. */
  public static Surroundings around(
      PvePort node, Downloads downloads, List<Definition> definitions) {
    return new Surroundings(
        node,
        downloads,
        Fixtures.untouched(Commands.class),
        definitions,
        List.of("/opt/proxkiln/bin/proxkiln"),
        SCRATCH);
  }
}
