package dev.proxkiln.dist;

import dev.proxkiln.core.digest.Sha256;
import dev.proxkiln.core.tree.Tree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What is in a release, as a CycloneDX 1.6 document: Maven's list of what the jars were made of,
 * held against the jars that are there, and with the Java runtime, of which Maven knows nothing.
 */
public final class BillOfMaterials {
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
  private static final String OWN = "dev.proxkiln";

  /** The jar that is started; it is the program itself, and no component of it. */
  private static final String MAIN = "proxkiln.jar";

  private final Map<String, Object> bill;
  private final Path lib;

  private BillOfMaterials(Map<String, Object> bill, Path lib) {
    this.bill = bill;
    this.lib = lib;
  }

  /**
   * Writes the document.
   *
   * @param args what the CycloneDX plug-in of Maven wrote for this module; the folder of jars; the
   *     file to write
   * @throws IllegalStateException when the jars are not what Maven lists
   */
  public static void main(String[] args) throws IOException {
    Map<String, Object> bill =
        Tree.map(JSON.readValue(Files.readString(Path.of(args[0])), Map.class), "");
    new BillOfMaterials(new LinkedHashMap<>(bill), Path.of(args[1])).write(Path.of(args[2]));
  }

  private void write(Path file) throws IOException {
    List<Object> components = new ArrayList<>();
    TreeSet<String> jars = new TreeSet<>();
    try (Stream<Path> files = Files.list(lib)) {
      files
          .map(jar -> jar.getFileName().toString())
          .filter(n -> n.endsWith(".jar"))
          .forEach(jars::add);
    }
    for (Object component : Tree.list(bill, "components")) {
      String jar = jarOf(component);
      if (!jars.remove(jar)) {
        throw new IllegalStateException(jar + " is listed, and not there");
      }
      components.add(checked(component, lib.resolve(jar)));
    }
    if (!jars.remove(MAIN) || !jars.isEmpty()) {
      throw new IllegalStateException("there, and not listed: " + jars);
    }
    Map<String, Object> java = java();
    components.add(java);
    bill.put("components", components);
    Map<String, Object> metadata = new LinkedHashMap<>(Tree.map(bill, "metadata"));
    String before = Tree.text(metadata, "component.bom-ref");
    Map<String, Object> program = program(Tree.map(metadata, "component"));
    metadata.put("component", program);
    bill.put("metadata", metadata);
    dependencies(
        before, String.valueOf(program.get("bom-ref")), String.valueOf(java.get("bom-ref")));
    Files.writeString(file, JSON.writeValueAsString(bill) + "\n");
  }

  private static String jarOf(Object component) {
    String classifier =
        Tree.text(component, "purl").replaceFirst(".*[?&]classifier=([^&]*).*|.*", "$1");
    return Tree.text(component, "name")
        + "-"
        + Tree.text(component, "version")
        + (classifier.isEmpty() ? "" : "-" + classifier)
        + ".jar";
  }

  /** Ours are made by this build, so Maven knows no digest of them yet. */
  private static Map<String, Object> checked(Object component, Path jar) throws IOException {
    Map<String, Object> all = new LinkedHashMap<>(Tree.map(component, ""));
    String digest = digest(jar);
    if (Tree.text(component, "group").equals(OWN)) {
      all.put("hashes", List.of(hash(digest)));
    } else if (!Tree.list(component, "hashes").contains(hash(digest))) {
      throw new IllegalStateException(jar + " is not the one that is listed");
    }
    return all;
  }

  /** Under the name that users know. */
  private Map<String, Object> program(Map<String, Object> component) throws IOException {
    Map<String, Object> program = new LinkedHashMap<>(component);
    String purl = "pkg:generic/proxkiln@" + Tree.text(component, "version");
    program.put("bom-ref", purl);
    program.put("name", "proxkiln");
    program.put("hashes", List.of(hash(digest(lib.resolve(MAIN)))));
    program.put("purl", purl);
    return program;
  }

  /** This process runs on the runtime that is shipped. */
  private static Map<String, Object> java() {
    String version = System.getProperty("java.runtime.version");
    String purl = "pkg:generic/openjdk@" + version.replace("+", "%2B");
    Map<String, Object> java = new LinkedHashMap<>();
    java.put("type", "platform");
    java.put("bom-ref", purl);
    java.put("supplier", Map.of("name", System.getProperty("java.vendor")));
    java.put("name", "openjdk");
    java.put("version", version);
    java.put("description", "The Java runtime, reduced to the modules that are needed");
    java.put(
        "licenses", List.of(Map.of("expression", "GPL-2.0-only WITH Classpath-exception-2.0")));
    java.put(
        "cpe", "cpe:2.3:a:oracle:openjdk:" + System.getProperty("java.version") + ":*:*:*:*:*:*:*");
    java.put("purl", purl);
    return java;
  }

  private void dependencies(String before, String program, String java) {
    List<Object> dependencies = new ArrayList<>();
    for (Object dependency : Tree.list(bill, "dependencies")) {
      Map<String, Object> one = new LinkedHashMap<>(Tree.map(dependency, ""));
      if (before.equals(one.get("ref"))) {
        List<Object> on = new ArrayList<>(Tree.list(dependency, "dependsOn"));
        on.add(java);
        one.put("ref", program);
        one.put("dependsOn", on);
      }
      dependencies.add(one);
    }
    dependencies.add(Map.of("ref", java));
    bill.put("dependencies", dependencies);
  }

  private static Map<String, Object> hash(String digest) {
    Map<String, Object> hash = new LinkedHashMap<>();
    hash.put("alg", "SHA-256");
    hash.put("content", digest);
    return hash;
  }

  private static String digest(Path file) throws IOException {
    return Sha256.of(Files.readAllBytes(file));
  }
}
