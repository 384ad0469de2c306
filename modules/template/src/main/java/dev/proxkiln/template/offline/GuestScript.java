package dev.proxkiln.template.offline;

import dev.proxkiln.template.customise.Customisation;
import dev.proxkiln.template.customise.GuestFile;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

/** What runs inside the image: fixed functions, and a call of one for each thing to do. */
final class GuestScript {

  private static final Base64.Encoder WRAPPED =
      Base64.getMimeEncoder(76, "\n".getBytes(StandardCharsets.US_ASCII));

  private final List<String> lines = new ArrayList<>();

  private GuestScript() {}

  /** The calls for a customisation; the functions stand before them. */
  static String calls(Customisation wish) {
    GuestScript script = new GuestScript();
    script.all(wish);
    return String.join("\n", script.lines) + "\n";
  }

  /** Certificates and proxies first, because packages may come through them. */
  private void all(Customisation wish) {
    call("begin", wish.manager());
    call("grow");
    int number = 1;
    for (String certificate : wish.certificates()) {
      feed(certificate.getBytes(StandardCharsets.UTF_8), "certificate", "proxkiln-" + number++);
    }
    if (!wish.certificates().isEmpty()) {
      call("trust_certificates");
    }
    wish.proxy().ifPresent(url -> call("proxy", url));
    wish.aptCache().ifPresent(url -> call("apt_cache", url));
    wish.files().forEach(this::put);
    call("repositories", wish.repositories());
    call("install_packages", wish.wantedPackages());
    wish.timezone().ifPresent(zone -> call("timezone", zone));
    wish.locale().ifPresent(name -> call("locale", name));
    wish.keyboard()
        .ifPresent(
            keyboard -> {
              List<String> words = new ArrayList<>(List.of(keyboard.layout()));
              keyboard.variant().ifPresent(words::add);
              call("keyboard", words);
            });
    if (wish.agent()) {
      call("agent");
    }
    for (String command : wish.commands()) {
      feed(command.getBytes(StandardCharsets.UTF_8), "command_line");
    }
    if (wish.lockRoot()) {
      call("lock_root");
    }
    call("sysprep");
  }

  private void put(GuestFile file) {
    String path = Base64.getEncoder().encodeToString(file.path().getBytes(StandardCharsets.UTF_8));
    feed(file.content(), "put", String.format("%04o", file.mode()), path);
  }

  private void call(String function, String... words) {
    lines.add(
        function
            + Arrays.stream(words).map(word -> " " + quoted(word)).collect(Collectors.joining()));
  }

  private void call(String function, List<String> words) {
    if (!words.isEmpty()) {
      call(function, words.toArray(String[]::new));
    }
  }

  /** Base64 holds no dash, so no text can end the here-document early. */
  private void feed(byte[] content, String function, String... words) {
    call(function, words);
    lines.set(lines.size() - 1, lines.getLast() + " <<'PROXKILN-TEXT'");
    lines.add(WRAPPED.encodeToString(content));
    lines.add("PROXKILN-TEXT");
  }

  /** One word for a POSIX shell, whatever is in it. */
  private static String quoted(String word) {
    return "'" + word.replace("'", "'\\''") + "'";
  }
}
