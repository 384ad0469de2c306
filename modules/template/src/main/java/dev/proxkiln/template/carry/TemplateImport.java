package dev.proxkiln.template.carry;

import dev.proxkiln.core.digest.Sha256;
import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.StorageFacts;
import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.BadValue;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.module.Surroundings;
import dev.proxkiln.core.module.Survey;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.port.Commands;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.template.problem.TemplateSlug;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code template import}: makes a template of an archive. */
public final class TemplateImport implements Survey {
  static final String NAME = "template import";

  private static final Pattern SUM = Pattern.compile("([0-9a-f]{64}) [ *](\\S+)");

  private static final Field<String> FROM =
      Field.of(
              "archive",
              "Archive",
              Type.text("FILE", "/[^\\x00-\\x1f]{1,4000}", "Give an absolute path."),
              "Archive that template export wrote, on this machine.")
          .mandatory()
          .at(1);

  private static final Field<String> TEMPLATE_NAME =
      Field.of("name", "Name", Type.dnsName(), "Name of the template; left out, the one it had.");

  private static final Field<String> STORAGE =
      Field.of(
              "storage",
              "Storage",
              Type.text("STORAGE", "[A-Za-z][A-Za-z0-9._-]*", "Give the ID of a storage."),
              "Storage for the disks.")
          .choosing(
              facts ->
                  facts.storagesFor("images").stream()
                      .map(s -> new Field.Choice(s.id(), s.type()))
                      .toList())
          .byDefault(
              (facts, answers) ->
                  facts.storagesFor("images").stream().map(StorageFacts::id).findFirst())
          .ruled(
              (id, facts, answers) ->
                  !facts.known() || facts.storage(id).filter(s -> s.takes("images")).isPresent()
                      ? Optional.empty()
                      : Optional.of(
                          new BadValue(
                              "takes no disk images on this node",
                              "See the storages with: proxkiln facts")))
          .mandatory();

  private static final Field<String> BRIDGE =
      Field.of(
              "bridge",
              "Bridge",
              Type.text("BRIDGE", "[A-Za-z][A-Za-z0-9_.-]{0,14}", "Give the name of a bridge."),
              "Bridge for all interfaces; left out, those it had, which must be there.")
          .choosing(facts -> facts.bridges().stream().map(b -> new Field.Choice(b, "")).toList())
          .ruled(
              (bridge, facts, answers) ->
                  !facts.known() || facts.bridges().contains(bridge)
                      ? Optional.empty()
                      : Optional.of(
                          new BadValue(
                              "is not on this node",
                              "It has: " + String.join(", ", facts.bridges()) + ".")));

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String summary() {
    return "Make a template of an archive that template export wrote.";
  }

  @Override
  public Schema schema(Facts facts) {
    return Schema.of(FROM, TEMPLATE_NAME, STORAGE, BRIDGE);
  }

  /**
   * Reads what the archive says of itself.
   *
   * @throws ProblemException {@code archive-unreadable}, {@code disks-out-of-reach}, {@code
   *     bridge-missing}
   */
  @Override
  public Found look(Values values, Facts facts, Surroundings around) {
    Answers answers = schema(facts).read(values, facts).orRaise();
    if (!facts.importsByPath()) {
      throw TemplateSlug.DISKS_OUT_OF_REACH
          .problem(
              "--target",
              "Disks cannot be given to node '" + facts.node() + "' from here.",
              "An import by path is for root on the node itself.",
              "Run proxkiln on the node, as root.")
          .raise();
    }
    String file = answers.get(FROM);
    String text = member(around.commands(), file, Manifest.FILE);
    String sums = member(around.commands(), file, Manifest.SUMS);
    Manifest manifest;
    try {
      manifest = Manifest.read(text);
    } catch (IllegalArgumentException e) {
      throw unreadable(file, "The file is not usable: " + e.getMessage() + ".");
    }
    Map<String, String> digests = digests(file, sums);
    if (!Sha256.of(text).equals(digests.get(Manifest.FILE))) {
      throw unreadable(file, "The manifest does not have the digest that the archive states.");
    }
    for (Manifest.Disk disk : manifest.disks()) {
      if (!digests.containsKey(disk.file())) {
        throw unreadable(file, "The archive states no digest of '" + disk.file() + "'.");
      }
    }
    bridges(manifest, answers, facts);
    Plan plan =
        new ImportPlan(
                file,
                manifest,
                digests,
                answers.find(TEMPLATE_NAME).orElse(manifest.name()),
                facts.storage(answers.get(STORAGE)).orElseThrow(),
                answers.find(BRIDGE),
                around.scratch(),
                facts)
            .plan();
    return Found.of(plan, TemplateExport.rows(manifest.leftOut()));
  }

  private static void bridges(Manifest manifest, Answers answers, Facts facts) {
    if (answers.find(BRIDGE).isPresent()) {
      return;
    }
    manifest
        .config()
        .forEach(
            (key, value) -> {
              Matcher bridge = Pattern.compile("(?:^|,)bridge=([^,]+)").matcher(value);
              if (key.matches("net\\d+")
                  && bridge.find()
                  && !facts.bridges().contains(bridge.group(1))) {
                throw TemplateSlug.BRIDGE_MISSING
                    .problem(
                        "--bridge",
                        "There is no bridge '" + bridge.group(1) + "' on this node.",
                        "The template had its interface " + key + " there.",
                        "Give one with --bridge: " + String.join(", ", facts.bridges()) + ".")
                    .raise();
              }
            });
  }

  private static String member(Commands commands, String file, String member) {
    Commands.Ended ended =
        commands.run(
            Commands.Command.of(
                "tar",
                "--extract",
                "--zstd",
                "--to-stdout",
                "--occurrence=1",
                "--file",
                file,
                "--",
                member));
    if (!ended.ok()) {
      throw unreadable(file, ended.err().strip());
    }
    return ended.out();
  }

  private static Map<String, String> digests(String file, String sums) {
    Map<String, String> digests = new TreeMap<>();
    sums.lines()
        .forEach(
            line -> {
              Matcher sum = SUM.matcher(line);
              if (!sum.matches() || digests.put(sum.group(2), sum.group(1)) != null) {
                throw unreadable(file, "Its list of digests cannot be read.");
              }
            });
    return digests;
  }

  private static ProblemException unreadable(String file, String why) {
    return TemplateSlug.ARCHIVE_UNREADABLE
        .problem(
            "--archive",
            "No template can be made of '" + file + "'.",
            why,
            "Compare its SHA-256 with the one that template export printed, and copy it again.")
        .raise();
  }
}
