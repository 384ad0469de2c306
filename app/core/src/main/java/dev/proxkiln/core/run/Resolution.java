package dev.proxkiln.core.run;

import dev.proxkiln.core.call.PveCall;
import dev.proxkiln.core.call.Text;
import dev.proxkiln.core.port.Ports;
import dev.proxkiln.core.port.ResolvedCall;
import dev.proxkiln.core.tree.Tree;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Texts and calls of a plan, with the outputs of its steps and with secrets in them. */
final class Resolution {

  private static final Pattern GUEST =
      Pattern.compile("/nodes/([^/]+)/(?:qemu|lxc)/(\\d+)(?:/.*)?");
  private static final Pattern NODE = Pattern.compile("/nodes/([^/]+)/.*");

  private final Ports ports;
  private final RunFolder run;
  private final RunState state;

  Resolution(Ports ports, RunFolder run, RunState state) {
    this.ports = ports;
    this.run = run;
    this.state = state;
  }

  /** The outputs of an answer, by their selectors. */
  static Map<String, String> pick(Map<String, String> outputs, @Nullable Object answer) {
    Map<String, String> picked = new LinkedHashMap<>();
    outputs.forEach((name, path) -> picked.put(name, Tree.pick(answer, path)));
    return picked;
  }

  ResolvedCall resolve(PveCall call) {
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

  String resolve(Text text) {
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
  Text known(Text text) {
    return Text.join(
        text.parts().stream()
            .map(
                part ->
                    part instanceof Text.Output output && output(output).isPresent()
                        ? new Text.Literal(output(output).get())
                        : part)
            .toArray());
  }

  PveCall known(PveCall call) {
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

  String nodeOf(PveCall call) {
    Matcher matcher = NODE.matcher(resolve(call.path()));
    return matcher.matches() ? matcher.group(1) : run.plan().node();
  }

  /** The guest that a call makes or changes: a clone's is the new one. */
  Optional<Long> guestOf(PveCall call) {
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
