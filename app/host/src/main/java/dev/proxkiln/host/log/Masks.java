package dev.proxkiln.host.log;

import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.host.process.Redaction;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The secrets that this process knows, so that no text shows them: whoever reads a secret adds it
 * here before anybody can use it. What has the shape of a secret is masked without being known.
 */
public final class Masks {
  /**
   * It must be one for the whole process: the logging library starts by itself, when the first line
   * is logged, and nothing can be handed to it.
   */
  private static final Masks PROCESS = new Masks();

  /** A shorter one would blank out innocent text, and is guessed rather than read. */
  private static final int SHORTEST = 4;

  private static final String MASK = "***";

  /** The first group stays, the rest goes. */
  private static final List<Pattern> SHAPES =
      List.of(
          // crypt(5): prefix, parameters and salt, hash.
          Pattern.compile("(\\$(?:1|2[aby]|5|6|7|y|gy)\\$)[./A-Za-z0-9$=,]{8,}"),
          // A token as Proxmox VE takes it in its header and as PROXKILN_TOKEN has it.
          Pattern.compile(
              "(![A-Za-z][A-Za-z0-9._-]{1,127}=)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
          // A ticket: PVE:USER@REALM:TIME::SIGNATURE
          Pattern.compile("(PVE:[^\\s:]{1,200}:[0-9A-F]{8}::)[A-Za-z0-9+/=]{20,}"),
          // The password of an address.
          Pattern.compile("([a-z][a-z0-9+.-]*://[^\\s/:@?#]{0,200}:)[^\\s/@]{1,200}(?=@)"),
          Pattern.compile(
              "(-----BEGIN [A-Z ]*PRIVATE KEY-----)[A-Za-z0-9+/=\\s:,-]*?"
                  + "(?=-----END [A-Z ]*PRIVATE KEY-----|$)"));

  private final Set<String> known = new TreeSet<>();
  private Redaction redaction = new Redaction(List.of());

  /** Masks that know no secret yet. */
  public Masks() {}

  /** The masks of this process. */
  public static Masks ofProcess() {
    return PROCESS;
  }

  /** Makes a secret known; one of fewer than four characters is not heeded. Gives it back. */
  public synchronized String add(String secret) {
    if (secret.strip().length() >= SHORTEST && known.add(secret)) {
      List<String> forms = new ArrayList<>(known);
      known.forEach(one -> forms.add(URLEncoder.encode(one, StandardCharsets.UTF_8)));
      redaction = new Redaction(forms);
    }
    return secret;
  }

  /**
   * Makes the secrets of an environment known: {@code PROXKILN_SECRET_...}, the secret half of
   * {@code PROXKILN_TOKEN}, passwords of proxies.
   */
  public void addFrom(Map<String, String> environment) {
    environment.forEach(
        (name, value) -> {
          if (name.startsWith("PROXKILN_SECRET_")) {
            add(value.strip());
          } else if (name.equals("PROXKILN_TOKEN")) {
            add(value.substring(value.indexOf('=') + 1).strip());
          } else if (name.endsWith("_proxy") || name.endsWith("_PROXY")) {
            addPasswordOf(value);
          }
        });
  }

  /** Makes the password of an address known, as it is written and as it is meant. */
  public void addPasswordOf(String address) {
    int at = address.lastIndexOf('@');
    int colon = at < 0 ? -1 : address.indexOf(':', address.indexOf("://") + 3);
    if (colon < 0 || colon > at) {
      return;
    }
    add(address.substring(colon + 1, at));
    try {
      String user = new URI(address).getUserInfo();
      if (user != null && user.indexOf(':') >= 0) {
        add(user.substring(user.indexOf(':') + 1));
      }
    } catch (URISyntaxException e) {
      // As it is written is all there is.
    }
  }

  /** The text with every secret replaced by {@code ***}. */
  public String apply(String text) {
    Redaction now;
    synchronized (this) {
      now = redaction;
    }
    String clean = now.apply(text);
    for (Pattern shape : SHAPES) {
      clean = shape.matcher(clean).replaceAll("$1" + MASK);
    }
    return clean;
  }

  /** The problem with every secret in its texts replaced. */
  public Problem apply(Problem problem) {
    return new Problem(
        problem.slug(),
        problem.kind(),
        apply(problem.where()),
        apply(problem.what()),
        apply(problem.why()),
        apply(problem.next()));
  }
}
