package dev.proxkiln.core.run;

import dev.proxkiln.core.call.PveCall;
import dev.proxkiln.core.call.Text;
import dev.proxkiln.core.plan.Check;
import dev.proxkiln.core.plan.Expect;
import dev.proxkiln.core.plan.Probe;
import dev.proxkiln.core.port.Ports;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.core.tree.Tree;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Looks whether what a plan expects is so. */
final class Looking {

  private static final Pattern WHOLE = Pattern.compile("-?\\d{1,40}");

  private final Ports ports;
  private final Resolution resolution;

  Looking(Ports ports, Resolution resolution) {
    this.ports = ports;
    this.resolution = resolution;
  }

  /** What is wrong by a check, if anything. */
  Optional<Problem> problemOf(Check check) {
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
          Pattern.compile(resolution.resolve(matches.pattern()))
                  .matcher(resolution.resolve(matches.text()))
                  .find()
              ? Optional.empty()
              : Optional.of(check.otherwise());
      case Check.AtMost atMost ->
          atMost(resolution.resolve(atMost.number()), resolution.resolve(atMost.most()))
              ? Optional.empty()
              : Optional.of(check.otherwise());
      case Check.Differ differ ->
          resolution.resolve(differ.one()).equals(resolution.resolve(differ.other()))
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

  boolean holds(Probe probe) {
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
      case Probe.FileThere(Text path) -> ports.files().exists(resolution.resolve(path));
    };
  }

  @Nullable Object ask(PveCall get) {
    return ports.pve().send(resolution.resolve(get)).value();
  }

  List<String> broken(@Nullable Object answer, List<Expect> expectations) {
    return expectations.stream()
        .filter(expect -> !expect.holds(answer, resolution.resolve(expect.value())))
        .map(expect -> known(expect) + ", but it is '" + Tree.text(answer, expect.path()) + "'")
        .toList();
  }

  private String known(Expect expect) {
    return new Expect(expect.path(), expect.test(), resolution.known(expect.value())).toString();
  }
}
