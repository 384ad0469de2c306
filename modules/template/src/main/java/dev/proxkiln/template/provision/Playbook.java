package dev.proxkiln.template.provision;

import dev.proxkiln.core.call.Text;
import dev.proxkiln.core.plan.Check;
import dev.proxkiln.core.plan.Probe;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.plan.Undo;
import dev.proxkiln.template.here.Here;
import dev.proxkiln.template.problem.TemplateSlug;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/** What Ansible needs on this machine, and its run. */
final class Playbook {

  /** The name that the guest's host key is kept under, whatever its address is. */
  private static final String ALIAS = "proxkiln-guest";

  /**
   * What a run must not depend on: the locale, and settings that weaken it or change its output.
   */
  static final Map<String, String> ENVIRONMENT =
      Map.of(
          "LC_ALL", "C.UTF-8",
          "ANSIBLE_HOST_KEY_CHECKING", "True",
          "ANSIBLE_NOCOLOR", "1",
          "ANSIBLE_NOCOWS", "1",
          "ANSIBLE_STDOUT_CALLBACK", "default",
          "ANSIBLE_CALLBACK_RESULT_FORMAT", "json",
          "ANSIBLE_DISPLAY_FAILED_STDERR", "False",
          "ANSIBLE_RETRY_FILES_ENABLED", "False",
          "ANSIBLE_TIMEOUT", "60");

  /** The heading of a task, then its few lines up to a failure that nobody ignores. */
  private static final String TASK = "(?:TASK|RUNNING HANDLER) \\[";

  private static final String LAST = " ~ (?s)\\A.*\\n" + TASK;
  private static final String UP_TO =
      "\\] \\*+\\n(?:(?!" + TASK + "|PLAY )[^\\n]*\\n){0,300}?(?:fatal|failed): \\[";
  private static final String IN_EARNEST = "(?=[^\\n]*\\n(?!\\.\\.\\.ignoring))";

  private final ProvisionSpec spec;
  private final Here here;

  Playbook(ProvisionSpec spec, Here here) {
    this.spec = spec;
    this.here = here;
  }

  String name() {
    return Path.of(spec.playbook()).getFileName().toString();
  }

  /** The comment of the run's key, by which it is found again and removed. */
  static Text mark() {
    return Text.join("proxkiln-", Here.RUN);
  }

  /** A folder of the run's own with a key; its public half is the output {@code public.out}. */
  List<Step> prepare() {
    return List.of(
        here.digest("playbook", "Take the playbook's digest", Text.of(spec.playbook())),
        here.folder(),
        here.run(
            "key",
            "Make a key for this run",
            Optional.of(Undo.Command.removing(here.at("key"))),
            1,
            List.of(
                "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", mark(), "-f", here.at("key"))),
        here.run("public", "Read its public half", "cat", "--", here.at("key.pub")));
  }

  /**
   * Files that lead to the guest and to nothing else.
   *
   * @param address of the guest's ssh
   * @param port of the guest's ssh
   * @param hostKey type and key, as the guest's agent told
   */
  List<Step> reach(Text address, Text port, Text hostKey) {
    return List.of(
        here.write(
            "known-hosts",
            "Pin the guest's host key",
            "known_hosts",
            Text.join(ALIAS, " ", hostKey, "\n")),
        here.write(
            "ssh-config",
            "Write how to reach the guest",
            "ssh_config",
            Text.join(
                "Host *\n  HostKeyAlias " + ALIAS + "\n  StrictHostKeyChecking yes\n",
                "  UserKnownHostsFile \"",
                here.at("known_hosts"),
                "\"\n  GlobalKnownHostsFile none\n  IdentityFile \"",
                here.at("key"),
                "\"\n  IdentitiesOnly yes\n  IdentityAgent none\n")),
        here.write(
            "inventory",
            "Write the inventory",
            "inventory.json",
            inventory(
                Map.of(
                    "ansible_host", address,
                    "ansible_port", port,
                    "ansible_user", Text.of(spec.user())))));
  }

  /** Serialized with a placeholder for each output, none of which can hold a quote. */
  private Text inventory(Map<String, Text> variables) {
    Map<String, Object> host = new LinkedHashMap<>();
    variables.keySet().stream().sorted().forEach(name -> host.put(name, "<" + name + ">"));
    Map<String, Object> groups = new LinkedHashMap<>();
    spec.groups()
        .forEach(group -> groups.put(group, Map.of("hosts", Map.of(spec.series().name(), host))));
    String json = JsonMapper.shared().writeValueAsString(Map.of("all", Map.of("children", groups)));
    List<Object> parts = new ArrayList<>();
    for (String part : json.split("(?<=>)|(?=<)")) {
      Text variable =
          part.startsWith("<") ? variables.get(part.substring(1, part.length() - 1)) : null;
      parts.add(variable == null ? part : variable);
    }
    parts.add("\n");
    return Text.join(parts.toArray());
  }

  /** The run itself, and the check that it did anything. */
  List<Step> play() {
    List<Text> argv = new ArrayList<>(List.of(Text.of("env")));
    ENVIRONMENT.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(e -> argv.add(Text.of(e.getKey() + "=" + e.getValue())));
    argv.add(Text.join("ANSIBLE_SSH_COMMON_ARGS=-F \"", here.at("ssh_config"), "\""));
    argv.addAll(
        List.of(Text.of("ansible-playbook"), Text.of("--inventory"), here.at("inventory.json")));
    spec.words().forEach(word -> argv.add(Text.of(word)));
    argv.add(Text.of("--"));
    argv.add(Text.of(spec.playbook()));
    Map<String, String> outputs = new LinkedHashMap<>();
    outputs.put("recap", " ~ (?m)^" + spec.series().name() + " +: (ok=\\d+[^\\n]*?) *$");
    outputs.put("task", LAST + "([^\\n]*?)" + UP_TO + IN_EARNEST);
    outputs.put(
        "message",
        LAST
            + "[^\\n]*?"
            + UP_TO
            + IN_EARNEST
            + "[^\\n]*?\"msg\": \"([^\\n]{0,400}?)(?:\"[,}]|\\n)");
    return List.of(
        new Step.Run(
            "play",
            "Run the playbook " + name() + " against the clone",
            argv,
            Optional.empty(),
            outputs,
            spec.patience(),
            Probe.never(),
            List.of(),
            60,
            Optional.of(
                TemplateSlug.PROVISION_FAILED.problem(
                    "step play",
                    "The playbook '" + name() + "' failed.",
                    "Task '${task}': ${message}",
                    "See its whole output with proxkiln show RUN; --keep-failed leaves the clone"
                        + " running, and proxkiln resume RUN plays it again."))),
        new Step.Require(
            "played",
            "Check that the playbook did something",
            List.of(
                new Check.Matches(
                    "recap",
                    Text.output("play", "recap"),
                    Text.of("^ok=[1-9]"),
                    TemplateSlug.PROVISION_FAILED.problem(
                        "step played",
                        "The playbook '" + name() + "' did nothing with the clone.",
                        "None of its plays is for a host in: " + String.join(", ", spec.groups()),
                        "Name the group that its plays are for with --inventory-group."))),
            false));
  }
}
