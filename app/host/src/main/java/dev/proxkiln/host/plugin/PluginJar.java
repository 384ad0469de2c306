package dev.proxkiln.host.plugin;

import dev.proxkiln.core.digest.Sha256;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.host.HostSlug;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * The jar of a plug-in, read whole. Its manifest says {@code Proxkiln-Module} (the module's ID),
 * {@code Proxkiln-Api} (the version of the interfaces that it was made for) and {@code
 * Implementation-Version}; its service file names the class.
 *
 * @param id ID of its module
 * @param version the plug-in's own version
 * @param api version of the interfaces that it was made for
 * @param provider name of the class that is its module
 * @param digest SHA-256 of the jar, lower-case hex
 * @param entries its files by name
 */
public record PluginJar(
    String id,
    String version,
    int api,
    String provider,
    String digest,
    Map<String, byte[]> entries) {
  private static final String SERVICE = "META-INF/services/dev.proxkiln.core.module.Module";
  private static final String MANIFEST = "META-INF/MANIFEST.MF";

  /** Most bytes of a jar, and of what is in it. */
  public static final int MOST_BYTES = 64 << 20;

  private static final int MOST_ENTRIES = 20_000;

  /** Packages of proxkiln itself, which no plug-in can put classes into. */
  private static final Set<String> OURS =
      Set.of("core", "pve", "host", "config", "ui", "sandbox", "cli", "dist");

  /**
   * Reads a jar.
   *
   * @param bytes the jar
   * @param where its name, for problems
   * @throws ProblemException {@code plugin-unreadable}
   */
  public static PluginJar read(byte[] bytes, String where) {
    Map<String, byte[]> entries = unpack(bytes, where);
    Attributes attributes = manifest(entries, where).getMainAttributes();
    String id = text(attributes, "Proxkiln-Module");
    if (!id.matches("[a-z][a-z0-9-]{0,39}")) {
      throw unreadable(where, "Its manifest has no 'Proxkiln-Module' with the module's ID.");
    }
    String api = text(attributes, "Proxkiln-Api");
    if (!api.matches("[1-9][0-9]{0,4}")) {
      throw unreadable(where, "Its manifest has no 'Proxkiln-Api' with a number.");
    }
    String version = text(attributes, "Implementation-Version");
    if (!version.matches("[A-Za-z0-9][A-Za-z0-9._+-]{0,59}")) {
      throw unreadable(where, "Its manifest has no 'Implementation-Version'.");
    }
    return new PluginJar(
        id, version, Integer.parseInt(api), provider(entries, where), Sha256.of(bytes), entries);
  }

  /** A file of the jar. */
  public Optional<byte[]> entry(String name) {
    return Optional.ofNullable(entries.get(name));
  }

  private static String text(Attributes attributes, String name) {
    return Optional.ofNullable(attributes.getValue(name)).orElse("").strip();
  }

  private static Map<String, byte[]> unpack(byte[] bytes, String where) {
    Map<String, byte[]> entries = new TreeMap<>();
    long left = MOST_BYTES;
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bytes))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        if (entry.isDirectory()) {
          continue;
        }
        byte[] content = zip.readNBytes((int) left + 1);
        left -= content.length;
        if (left < 0 || entries.size() >= MOST_ENTRIES) {
          throw unreadable(where, "It holds more than " + (MOST_BYTES >> 20) + " MiB.");
        }
        String name = entry.getName();
        if (entries.put(name, content) != null) {
          throw unreadable(where, "It holds '" + name + "' twice.");
        }
        if (name.startsWith("dev/proxkiln/") && OURS.contains(name.split("/", 4)[2])) {
          throw unreadable(where, "It holds '" + name + "', a class of proxkiln itself.");
        }
      }
    } catch (IOException | IllegalArgumentException e) {
      throw unreadable(where, "It is no whole jar: " + e.getMessage() + ".");
    }
    return entries;
  }

  private static Manifest manifest(Map<String, byte[]> entries, String where) {
    byte[] text = entries.get(MANIFEST);
    if (text == null) {
      throw unreadable(where, "It has no manifest, so it is no jar.");
    }
    try {
      return new Manifest(new ByteArrayInputStream(text));
    } catch (IOException e) {
      throw unreadable(where, "Its manifest is broken: " + e.getMessage() + ".");
    }
  }

  private static String provider(Map<String, byte[]> entries, String where) {
    byte[] service = entries.getOrDefault(SERVICE, new byte[0]);
    List<String> names =
        new String(service, StandardCharsets.UTF_8)
            .lines()
            .map(line -> line.replaceAll("#.*", "").strip())
            .filter(line -> !line.isEmpty())
            .toList();
    if (names.size() != 1) {
      throw unreadable(where, "Its '" + SERVICE + "' does not name exactly one class.");
    }
    return names.getFirst();
  }

  private static ProblemException unreadable(String where, String why) {
    return HostSlug.PLUGIN_UNREADABLE
        .problem(
            where,
            "'" + where + "' is no plug-in.",
            why,
            "Ask whoever made it; docs/plugins.md says what a plug-in is.")
        .raise();
  }
}
