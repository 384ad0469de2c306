package dev.proxkiln.template;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.field.Origin;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.plan.PlanText;
import dev.proxkiln.core.port.Commands;
import dev.proxkiln.core.port.PvePort;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * Every {@code docs/examples/NAME.yaml} has the plan that it gives beside it, as a script, so that
 * a change of a command is seen in review. Made again by {@code mvn -pl modules/template -am test
 * -Dtest.jvm.args=-Dproxkiln.update=true}.
 */
class ExamplePlansTest {

  private static final Path FOLDER = FolderResources.HOME.resolve("docs/examples");

  static List<String> examples() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".yaml"))
          .sorted()
          .toList();
    }
  }

  private static Plan plan(String example, Facts facts) throws IOException {
    Map<?, ?> tree =
        new YAMLMapper().readValue(Files.readString(FOLDER.resolve(example)), Map.class);
    Map<String, String> raw = new HashMap<>();
    tree.forEach((key, value) -> raw.put(key.toString(), Type.raw(value).orElseThrow()));
    Values values = Values.of(raw, new Origin(Origin.Kind.SPEC_FILE, example));
    return Fixtures.action("template create").plan(values, facts).orRaise();
  }

  @ParameterizedTest
  @MethodSource("examples")
  void givesThePlanBesideIt(String example) throws IOException {
    check(example.replace(".yaml", ".plan.sh"), PlanText.script(plan(example, Fixtures.sandbox())));
  }

  @Test
  void aFarNodeGetsTheImageUploaded() throws IOException {
    check("debian-13.far.plan.sh", PlanText.script(plan("debian-13.yaml", Fixtures.rest())));
  }

  @Test
  void theBootTestIsAScriptToo() throws IOException {
    Plan plan =
        Fixtures.action("template test")
            .plan(Fixtures.values("template=9000"), Fixtures.sandbox())
            .orRaise();
    check("boot-test.plan.sh", PlanText.script(plan));
  }

  @Test
  void aCopyOnAnotherNodeIsAScriptToo() throws IOException {
    Plan plan =
        PublishPlans.look(
                PublishPlans.facts(PublishPlans.template(9000, "debian-13", "pve")),
                "template=debian-13")
            .jobs()
            .getFirst()
            .plans()
            .getFirst();
    check("publish.plan.sh", PlanText.script(plan));
  }

  @Test
  void aPlaybookIsAScriptToo() throws IOException {
    Map<String, Object> config =
        Map.of(
            "name", "debian-12",
            "template", "1",
            "agent", "enabled=1",
            "ciuser", "debian",
            "ipconfig0", "ip=dhcp",
            "scsi0", "thin:base-9000-disk-0,size=8G",
            "digest", "0123456789abcdef0123456789abcdef01234567");
    PvePort node = Looks.node(call -> config);
    Plan plan =
        Looks.look(
                "template provision",
                Fixtures.sandbox(),
                Looks.around(node, (command, line) -> new Commands.Ended(0, "", "")),
                "template=debian-12",
                "playbook=/srv/plays/web.yml",
                "test=false")
            .jobs()
            .getFirst()
            .plans()
            .getFirst();
    check("provision.plan.sh", PlanText.script(plan));
  }

  private static void check(String name, String script) throws IOException {
    Path file = FOLDER.resolve(name);
    if (Boolean.getBoolean("proxkiln.update")) {
      Files.writeString(file, script);
    }
    assertThat(file).as(name).exists();
    assertThat(
            output(script, "diff", "-u", "--label", name, file.toString(), "--label", "now", "-"))
        .as("the plan of " + name + " has changed; see the class comment")
        .isEmpty();
    assertThat(output("", "bash", "-n", file.toString())).isEmpty();
  }

  private static String output(String input, String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (OutputStream in = process.getOutputStream()) {
      in.write(input.getBytes(StandardCharsets.UTF_8));
    }
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }
}
