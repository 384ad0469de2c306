package dev.proxkiln.template.provision;

import dev.proxkiln.core.call.PveCall;
import dev.proxkiln.core.call.Text;
import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.plan.Check;
import dev.proxkiln.core.plan.Expect;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.template.offline.Functions;
import dev.proxkiln.template.problem.TemplateSlug;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** What the guest agent does in the clone: lets Ansible in before, and cleans up after it. */
final class Inside {
  private final ProvisionSpec spec;
  private final Facts facts;
  private final Text guest;
  private final Text vmid;

  Inside(ProvisionSpec spec, Facts facts, Text guest, Text vmid) {
    this.spec = spec;
    this.facts = facts;
    this.guest = guest;
    this.vmid = vmid;
  }

  /** Address of the guest's ssh as seen from here. */
  Text address() {
    return ProvisionPlan.onLoopback(facts)
        ? Text.output("endpoint", "host")
        : Text.output("welcomed", "address");
  }

  /** Port of the guest's ssh as seen from here. */
  Text port() {
    return ProvisionPlan.onLoopback(facts) ? Text.output("endpoint", "port") : Text.of(22);
  }

  /** Type and key. */
  Text hostKey() {
    return Text.output("welcomed", "host-key");
  }

  /**
   * Waits for the clone, lets the key in, and checks what was found.
   *
   * @param key public half of the run's key
   */
  List<Step> welcome(Text key) {
    List<Step> steps = new ArrayList<>();
    steps.add(
        await(
            "agent",
            "Wait until the clone answers",
            PveCall.post(guest, "/agent/ping"),
            List.of(),
            Map.of()));
    steps.add(
        exec(
            "welcome",
            "Let the key of this run in, by the guest agent",
            script("welcome.sh"),
            Text.of(spec.user()),
            key));
    // Nothing in these can end a quoted word or a line, whatever the guest says.
    Map<String, String> told = new LinkedHashMap<>();
    told.put("cloud-init", "out-data ~ (?m)^cloud-init=([a-z ]+)$");
    told.put("user", "out-data ~ (?m)^user=(\\S+)$");
    told.put("key", "out-data ~ (?m)^key=([a-z]+)$");
    told.put("ssh", "out-data ~ (?m)^ssh=([a-z]+)$");
    told.put("host-key", "out-data ~ (?m)^host-key=([a-z0-9-]+ [A-Za-z0-9+/]+=*)$");
    told.put("address", "out-data ~ (?m)^address=([0-9a-f.:]+)");
    steps.add(exited("welcomed", "Wait for cloud-init in the clone", "welcome", told));
    if (ProvisionPlan.onLoopback(facts)) {
      steps.add(
          Step.Call.read(
              "endpoint",
              "Ask the sandbox for the port that leads to the clone's ssh",
              PveCall.get(guest, "/agent/network-get-interfaces"),
              Map.of(
                  "host", "sandbox.ssh-host ~ ^([0-9.]+)$",
                  "port", "sandbox.ssh-port ~ ^(\\d+)$")));
    }
    steps.add(new Step.Require("ready", "Check that Ansible can get in", checks(), false));
    return steps;
  }

  private List<Check> checks() {
    List<Check> checks = new ArrayList<>();
    checks.add(
        told(
            "cloud-init",
            "^(?:done|disabled|missing)",
            "Cloud-init did not end well in the clone.",
            "Look at what the template hands it: proxkiln template show "
                + spec.template().vmid()));
    checks.add(
        told(
            "user",
            "^.",
            "The clone has no user '" + spec.user() + "'.",
            "Name one that it has with --user."));
    checks.add(told("key", "^yes$", "The key of this run could not be written in the clone.", ""));
    checks.add(
        told(
            "ssh",
            "^yes$",
            "Nothing listens on port 22 of the clone.",
            "Ansible needs an OpenSSH server in the template."));
    checks.add(
        told(
            "host-key",
            "^.",
            "The clone's agent told no host key.",
            "Without one nobody knows that it is the clone that answers."));
    if (ProvisionPlan.onLoopback(facts)) {
      checks.add(
          new Check.Matches(
              "endpoint",
              Text.output("endpoint", "port"),
              Text.of("^\\d"),
              problem(
                  "The sandbox has no port that leads to the clone's ssh.",
                  "Start its guests in QEMU: proxkiln sandbox start --boot real")));
    } else {
      checks.add(
          told(
              "address",
              "^.",
              "The clone has no address.",
              "A DHCP server must answer on the bridge of its first interface."));
    }
    return checks;
  }

  private static Check told(String name, String pattern, String what, String next) {
    return new Check.Matches(
        name, Text.output("welcomed", name), Text.of(pattern), problem(what, next));
  }

  private static Problem problem(String what, String next) {
    return TemplateSlug.PROVISION_FAILED.problem("step ready", what, "", next);
  }

  /** Removes what only one machine may have, and the key of this run. */
  List<Step> seal() {
    return List.of(
        exec(
            "seal",
            "Remove the key, and what only one machine may have",
            Functions.script() + "\n" + script("leave.sh"),
            Playbook.mark()),
        exited("sealed", "Wait until that is done", "seal", Map.of("code", "exitcode")),
        new Step.Require(
            "clean-inside",
            "Check that it worked",
            List.of(
                new Check.Matches(
                    "exit-code",
                    Text.output("sealed", "code"),
                    Text.of("\\A0\\z"),
                    TemplateSlug.PROVISION_FAILED.problem(
                        "step clean-inside",
                        "The clone could not be cleaned up after the playbook.",
                        "",
                        "See what it said with: proxkiln show RUN"))),
            false));
  }

  private Step exec(String id, String label, String script, Text... words) {
    List<Text> command =
        new ArrayList<>(
            List.of(Text.of("/bin/sh"), Text.of("-c"), Text.of(script), Text.of("proxkiln")));
    command.addAll(List.of(words));
    return Step.Call.read(
        id,
        label,
        PveCall.post(guest, "/agent/exec").withAll("command", command),
        Map.of("pid", "pid"));
  }

  private Step exited(String id, String label, String started, Map<String, String> outputs) {
    return await(
        id,
        label,
        PveCall.get(guest, "/agent/exec-status").with("pid", Text.output(started, "pid")),
        List.of(Expect.of("exited", Expect.Test.MATCHES, "^(?:1|true)$")),
        outputs);
  }

  private Step.Await await(
      String id, String label, PveCall call, List<Expect> until, Map<String, String> outputs) {
    return new Step.Await(
        id, label, call, until, outputs, spec.deadline(), pause(), Optional.of(vmid), 30);
  }

  /** A call by pvesh is a Perl process of most of a second; one by REST costs next to nothing. */
  private Duration pause() {
    return switch (facts.target()) {
      case LOCAL, SSH -> Duration.ofSeconds(2);
      case NONE, SANDBOX, REST -> Duration.ofMillis(500);
    };
  }

  private static String script(String name) {
    try (InputStream in = Objects.requireNonNull(Inside.class.getResourceAsStream(name))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
