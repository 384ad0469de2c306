package dev.proxkiln.core.view;

import dev.proxkiln.core.call.PveCall;
import dev.proxkiln.core.call.Text;
import dev.proxkiln.core.call.Verb;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.plan.Undo;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What steps left behind, in words: read from how it would be taken back. */
final class Made {
  private static final Pattern GUEST = Pattern.compile("/nodes/[^/]+/(qemu|lxc)/([^/]+)");
  private static final Pattern VOLUME = Pattern.compile("/nodes/[^/]+/storage/[^/]+/content/(.+)");
  private static final String UNKNOWN = "?";

  private final Map<String, Map<String, String>> outputs;

  private Made(Map<String, Map<String, String>> outputs) {
    this.outputs = outputs;
  }

  /**
   * Everything that steps made and none of them removed.
   *
   * @param steps those that were begun or done and not taken back
   * @param outputs of the steps by their ID
   */
  static List<String> of(List<Step> steps, Map<String, Map<String, String>> outputs) {
    Made made = new Made(outputs);
    Set<String> words = new LinkedHashSet<>();
    for (Step step : steps) {
      step.undo().forEach(undo -> made.word(undo).ifPresent(words::add));
      if (step instanceof Step.Discard(var _, var _, List<Undo> gone)) {
        gone.forEach(undo -> made.word(undo).ifPresent(words::remove));
      }
      if (step instanceof Step.Download) {
        String path = made.output(step.id(), "path");
        if (!path.equals(UNKNOWN)) {
          words.add("the image " + path.substring(path.lastIndexOf('/') + 1) + " in the cache");
        }
      }
    }
    return words.stream().filter(word -> !word.contains(UNKNOWN)).toList();
  }

  private Optional<String> word(Undo undo) {
    return switch (undo) {
      case Undo.Api(PveCall call, var _, var _) ->
          call.verb() == Verb.DELETE ? object(call.path().render(this::known)) : Optional.empty();
      case Undo.DeleteFile(Text path) -> Optional.of(path.render(this::known));
      case Undo.Command(List<Text> argv) ->
          argv.getFirst().equals(Text.of("rm"))
              ? Optional.of(argv.getLast().render(this::known))
              : Optional.empty();
      case Undo.DropPartial _ -> Optional.empty();
    };
  }

  private String known(Text.Part part) {
    return switch (part) {
      case Text.Literal(String text) -> text;
      case Text.Output output -> output(output.step(), output.name());
      case Text.Secret _ -> UNKNOWN;
    };
  }

  private String output(String step, String name) {
    return Optional.ofNullable(outputs.get(step))
        .flatMap(values -> Optional.ofNullable(values.get(name)))
        .orElse(UNKNOWN);
  }

  private static Optional<String> object(String path) {
    Matcher guest = GUEST.matcher(path);
    if (guest.matches()) {
      return Optional.of((guest.group(1).equals("lxc") ? "container " : "VM ") + guest.group(2));
    }
    Matcher volume = VOLUME.matcher(path);
    return volume.matches() ? Optional.of("volume " + volume.group(1)) : Optional.empty();
  }
}
