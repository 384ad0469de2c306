package dev.proxkiln.template.existing;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.GuestFacts;
import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.module.Query;
import dev.proxkiln.core.port.PvePort;
import dev.proxkiln.core.tree.Tree;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code template show}: what one template is, where it came from, and how its test ended. */
public final class TemplateShow implements Query {

  private static final Pattern PROVENANCE =
      Pattern.compile("(?m)^- (address|digest|verified|made|proxkiln): (.*)$");
  private static final Pattern VERDICT = Pattern.compile("(?m)^Boot test: (.*)$");

  /** Whatever more of these there is. */
  private static final Pattern LAYOUT =
      Pattern.compile("(?:scsi|virtio|sata|ide|net|ipconfig|tpmstate)\\d+");

  /** What a reader wants first; everything else of the configuration follows below it. */
  private static final List<String> HARDWARE =
      List.of(
          "ostype",
          "machine",
          "bios",
          "cpu",
          "sockets",
          "cores",
          "memory",
          "scsi0",
          "virtio0",
          "sata0",
          "scsi1",
          "ide2",
          "efidisk0",
          "boot",
          "net0",
          "ipconfig0",
          "vga",
          "agent",
          "ciuser",
          "ciupgrade",
          "cicustom",
          "nameserver",
          "searchdomain",
          "protection");

  @Override
  public String name() {
    return "template show";
  }

  @Override
  public String summary() {
    return "Show one template: hardware, origin and the verdict of its boot test.";
  }

  @Override
  public Schema schema(Facts facts) {
    return Schema.of(Templates.TEMPLATE);
  }

  @Override
  public boolean needsTarget() {
    return true;
  }

  @Override
  public Result answer(Answers answers, Facts facts, PvePort pve) {
    GuestFacts guest =
        Templates.find(facts, answers.get(Templates.TEMPLATE), "--" + Templates.TEMPLATE.key());
    return new One(tree(guest, facts, Templates.config(pve, guest)));
  }

  private static Map<String, Object> tree(GuestFacts guest, Facts facts, @Nullable Object config) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("vmid", guest.vmid());
    tree.put("name", guest.name());
    tree.put("node", guest.node());
    tree.put("made-by", Templates.isOurs(guest) ? Templates.MADE : "");
    tree.put("tags", guest.tags());
    if (facts.nodes().size() > 1) {
      Copies.original(guest, facts).ifPresent(original -> tree.put("copy-of", original.vmid()));
      Map<String, Object> copies = new LinkedHashMap<>();
      Copies.of(guest, facts).forEach(copy -> copies.put(copy.node(), copy.vmid()));
      tree.put("copies", copies);
    }
    String notes = Tree.text(config, "description");
    Matcher verdict = VERDICT.matcher(notes);
    tree.put("boot-test", verdict.find() ? verdict.group(1) : "never");
    tree.put("secure-boot", SecureBoot.of(config).text());
    if (Templates.isOurs(guest)) {
      Matcher line = PROVENANCE.matcher(notes);
      Map<String, Object> origin = new LinkedHashMap<>();
      while (line.find()) {
        origin.put(line.group(1), line.group(2));
      }
      tree.put("origin", origin);
    }
    Map<String, Object> hardware = new LinkedHashMap<>();
    for (String key : HARDWARE) {
      Tree.at(config, key).ifPresent(value -> hardware.put(key, Tree.text(value)));
    }
    Tree.map(config, "").keySet().stream()
        .map(String::valueOf)
        .filter(key -> LAYOUT.matcher(key).matches())
        .sorted(
            Comparator.comparing((String key) -> key.replaceFirst("\\d+$", ""))
                .thenComparingInt(key -> Integer.parseInt(key.replaceFirst("^[a-z]+", ""))))
        .forEach(key -> hardware.putIfAbsent(key, Tree.text(config, key)));
    tree.put("config", hardware);
    tree.put("notes", notes);
    return tree;
  }
}
