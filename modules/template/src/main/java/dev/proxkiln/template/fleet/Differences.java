package dev.proxkiln.template.fleet;

import dev.proxkiln.core.call.PveCall;
import dev.proxkiln.core.call.Text;
import dev.proxkiln.core.module.Desired.Difference;
import dev.proxkiln.core.tree.Tree;
import dev.proxkiln.pve.model.BootOrder;
import dev.proxkiln.pve.model.DiskSize;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Compares the configuration of a guest with the call that would make it. What Proxmox VE adds by
 * itself (MAC addresses, names and sizes of volumes) is no difference, and neither is what only a
 * run knows (its own tag, the name of its snippet).
 */
final class Differences {
  /** Stands for what only a run knows. */
  private static final String ANY = "\u0000";

  private static final Set<String> NO_SETTINGS =
      Set.of("vmid", "name", "pool", "storage", "start", "unique", "force", "live-restore");

  private static final Pattern DRIVE =
      Pattern.compile("(?:scsi|virtio|sata|ide)\\d+|efidisk0|tpmstate0");
  private static final Pattern NET = Pattern.compile("net\\d+");

  /** What a drive says of its volume and not of its settings. */
  private static final Set<String> OF_THE_VOLUME =
      Set.of("import-from", "size", "format", "media", "file");

  /** What our own part of the notes begins with. */
  private static final String OWN_NOTES = "Made by proxkiln";

  /**
   * What a template has only when it was asked for. Proxmox VE adds none of it by itself; tags and
   * notes are left out, because people add to them.
   */
  private static final Pattern ONLY_WHEN_WANTED =
      Pattern.compile(
          DRIVE
              + "|"
              + NET
              + "|ipconfig\\d+|ciuser|cipassword|sshkeys|nameserver|searchdomain|cicustom|balloon"
              + "|numa|hotplug");

  /** A new empty disk: storage and GiB. */
  private static final Pattern EMPTY = Pattern.compile("[^:]+:(\\d+(?:\\.\\d+)?)");

  private final Map<String, Object> config;
  private final Map<String, Text> wanted = new LinkedHashMap<>();
  private final Map<String, String> sizes = new LinkedHashMap<>();
  private final List<Difference> found = new ArrayList<>();

  Differences(Map<String, Object> config) {
    this.config = config;
  }

  /** What differs from all that was wanted. */
  List<Difference> found() {
    found.clear();
    wanted.forEach(this::compare);
    sizes.forEach(this::compareSize);
    config.keySet().stream().filter(this::isUnwanted).sorted().forEach(this::unwanted);
    return List.copyOf(found);
  }

  /** Wants what a call gives a guest that it makes, or whose configuration it changes. */
  void want(PveCall call) {
    call.params()
        .forEach(
            (key, texts) -> {
              Text text = texts.getFirst();
              if (key.equals("delete")) {
                text.literal().ifPresent(keys -> List.of(keys.split(",")).forEach(this::without));
              } else if (!NO_SETTINGS.contains(key)) {
                wanted.put(key, text);
              }
            });
  }

  /** Wants a size of a drive, for example {@code 10G}. */
  void wantSize(String drive, String size) {
    sizes.put(drive, size);
  }

  /** A drive that is taken away is no longer started from. */
  private void without(String key) {
    wanted.remove(key);
    Optional.ofNullable(wanted.get("boot"))
        .flatMap(Text::literal)
        .map(BootOrder::parse)
        .map(order -> order.devices().stream().filter(device -> !device.equals(key)).toList())
        .ifPresent(devices -> wanted.put("boot", Text.of(new BootOrder(devices).print())));
  }

  private boolean isUnwanted(String key) {
    return !wanted.containsKey(key) && ONLY_WHEN_WANTED.matcher(key).matches();
  }

  private void unwanted(String key) {
    boolean secret = key.equals("cipassword");
    found.add(new Difference(key, "", secret ? "(a secret)" : Tree.text(config, key)));
  }

  private void compareSize(String drive, String size) {
    String actual = properties(Tree.text(config, drive)).getOrDefault("size", "");
    if (!actual.equals(size)) {
      found.add(new Difference(drive + " size", size, actual));
    }
  }

  private void compare(String key, Text text) {
    String actual = Tree.text(config, key);
    if (text.isSecret()) {
      if (actual.isEmpty()) {
        found.add(new Difference(key, "(a secret)", ""));
      }
      return;
    }
    String wanted = text.render(part -> part instanceof Text.Literal(String s) ? s : ANY);
    if (key.equals("tags")) {
      tags(wanted, actual);
    } else if (key.equals("description")) {
      notes(wanted, actual);
    } else if (key.equals("sshkeys")) {
      keys(wanted, actual);
    } else if (DRIVE.matcher(key).matches()) {
      drive(key, wanted, actual);
    } else if (NET.matcher(key).matches()) {
      net(key, wanted, actual);
    } else if (!same(wanted, actual)) {
      found.add(new Difference(key, shown(wanted), actual));
    }
  }

  private void tags(String wanted, String actual) {
    Set<String> there = new TreeSet<>(List.of(actual.split("[;, ]+")));
    for (String tag : wanted.split("[;, ]+")) {
      if (!tag.contains(ANY) && !tag.isBlank() && !there.contains(tag)) {
        found.add(new Difference("tag " + tag, "set", ""));
      }
    }
  }

  /** Only what the user wrote; where the image came from is different in every build. */
  private void notes(String wanted, String actual) {
    int own = wanted.indexOf(OWN_NOTES);
    String users = (own < 0 ? wanted : wanted.substring(0, own)).strip();
    if (!users.isEmpty() && !users.contains(ANY) && !actual.contains(users)) {
      int ours = actual.indexOf(OWN_NOTES);
      found.add(
          new Difference("notes", users, (ours < 0 ? actual : actual.substring(0, ours)).strip()));
    }
  }

  private void keys(String wanted, String actual) {
    Set<String> want = lines(wanted);
    Set<String> have = lines(actual);
    if (!want.equals(have)) {
      found.add(new Difference("sshkeys", shortKeys(want), shortKeys(have)));
    }
  }

  private static Set<String> lines(String encoded) {
    // A plus stands for itself there (RFC 3986), not for a space.
    String text = URLDecoder.decode(encoded.replace("+", "%2B"), StandardCharsets.UTF_8);
    Set<String> lines = new LinkedHashSet<>();
    text.lines().map(String::strip).filter(line -> !line.isEmpty()).forEach(lines::add);
    return lines;
  }

  private static String shortKeys(Set<String> keys) {
    return String.join(
        ", ",
        keys.stream()
            .map(key -> key.length() > 40 ? key.substring(0, 20) + "..." + tail(key) : key)
            .toList());
  }

  private static String tail(String key) {
    return key.substring(key.length() - 16);
  }

  private void drive(String key, String wanted, String actual) {
    Map<String, String> want = properties(wanted);
    Map<String, String> have = properties(actual);
    String storage = storage(want.getOrDefault("", want.getOrDefault("file", "")));
    String isOn = storage(have.getOrDefault("", have.getOrDefault("file", "")));
    if (!storage.equals(isOn)) {
      found.add(new Difference(key + " storage", storage, isOn));
      return;
    }
    // The node chooses how large these are, and what else it notes there.
    boolean ofTheNode = key.equals("efidisk0") || key.equals("tpmstate0");
    properties(key, want, have, !ofTheNode);
    Matcher empty = EMPTY.matcher(want.getOrDefault("", ""));
    if (!ofTheNode && !want.containsKey("import-from") && empty.matches()) {
      String size = DiskSize.parse(empty.group(1) + "G").print();
      if (!sizes.containsKey(key)) {
        compareSize(key, size);
      }
    }
  }

  private static String storage(String volume) {
    int colon = volume.indexOf(':');
    return colon < 0 ? volume : volume.substring(0, colon);
  }

  private void net(String key, String wanted, String actual) {
    Map<String, String> want = card(wanted);
    Map<String, String> have = card(actual);
    if (!want.containsKey("macaddr")) {
      have.remove("macaddr");
    }
    properties(key, want, have, true);
  }

  /** A network card with its model and address under names of their own. */
  private static Map<String, String> card(String text) {
    Map<String, String> card = new LinkedHashMap<>();
    for (String part : text.isEmpty() ? new String[0] : text.split(",")) {
      String[] pair = part.split("=", 2);
      if (card.isEmpty() && !pair[0].equals("bridge")) {
        card.put("model", pair[0]);
        if (pair.length > 1) {
          card.put("macaddr", pair[1]);
        }
      } else {
        card.put(pair[0], pair.length > 1 ? pair[1] : "");
      }
    }
    return card;
  }

  private void properties(
      String key, Map<String, String> want, Map<String, String> have, boolean withExtras) {
    want.forEach(
        (name, value) -> {
          boolean counts = !name.isEmpty() && !OF_THE_VOLUME.contains(name);
          if (counts && !sameValue(value, have.getOrDefault(name, ""))) {
            found.add(new Difference(key + " " + name, shown(value), have.getOrDefault(name, "")));
          }
        });
    have.forEach(
        (name, value) -> {
          boolean counts = !name.isEmpty() && !OF_THE_VOLUME.contains(name);
          if (withExtras && counts && !want.containsKey(name)) {
            found.add(new Difference(key + " " + name, "", value));
          }
        });
  }

  /** Parts by name; the first may stand without one. */
  private static Map<String, String> properties(String text) {
    Map<String, String> parts = new LinkedHashMap<>();
    for (String part : text.isEmpty() ? new String[0] : text.split(",")) {
      int equals = part.indexOf('=');
      parts.put(equals < 0 ? "" : part.substring(0, equals), part.substring(equals + 1));
    }
    return parts;
  }

  /** Whether two settings say the same, also where one leaves the name of its first part out. */
  private static boolean same(String wanted, String actual) {
    if (sameValue(wanted, actual)) {
      return true;
    }
    Set<String> want = bare(wanted);
    Set<String> have = bare(actual);
    return want.size() == have.size()
        && want.stream().allMatch(w -> have.stream().anyMatch(h -> sameValue(w, h)));
  }

  private static Set<String> bare(String text) {
    List<String> parts = new ArrayList<>(Arrays.asList(text.split(",")));
    String first = parts.getFirst();
    parts.set(0, first.substring(first.indexOf('=') + 1));
    return new TreeSet<>(parts);
  }

  private static boolean sameValue(String wanted, String actual) {
    if (wanted.contains(ANY)) {
      String pattern =
          String.join(".*", Arrays.stream(wanted.split(ANY, -1)).map(Pattern::quote).toList());
      return Pattern.compile(pattern, Pattern.DOTALL).matcher(actual).matches();
    }
    return plain(wanted).equals(plain(actual));
  }

  private static String plain(String value) {
    return switch (value) {
      case "on", "yes", "true" -> "1";
      // What is not set is off.
      case "off", "no", "false", "" -> "0";
      default -> value;
    };
  }

  private static String shown(String wanted) {
    return wanted.replace(ANY, "*");
  }
}
