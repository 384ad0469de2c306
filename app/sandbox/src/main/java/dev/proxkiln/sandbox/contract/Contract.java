package dev.proxkiln.sandbox.contract;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The API contract of one Proxmox VE release: finds the endpoint of a call and says what a node
 * would refuse about its parameters before doing anything.
 *
 * <p>Loaded on first use, one line per endpoint; an endpoint's description is parsed when it is
 * first asked for. Instances are immutable and shared.
 */
public final class Contract {
  private static final List<String> VERSIONS = List.of("8.4", "9.1", "9.2");
  private static final Map<String, Contract> LOADED = new ConcurrentHashMap<>();
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final Pattern LINE =
      Pattern.compile("\\{\"method\":\"([A-Z]+)\",\"path\":\"([^\"]+)\".*");

  /** The only endpoint whose last variable takes the rest of the path, slashes and all. */
  private static final Pattern REST_OF_PATH =
      Pattern.compile("(/nodes/[^/]+/storage/[^/]+/content)/(.+)");

  private final String version;
  private final Map<String, JsonNode> propertyStrings;
  private final Formats formats;
  private final Folder root = new Folder();

  private Contract(String version) {
    this.version = version;
    JsonNode named = JSON.readTree(resource("formats.json"));
    Set<String> cpuModels = new HashSet<>();
    named.path("cpu").forEach(model -> cpuModels.add(model.asString()));
    this.formats = new Formats(cpuModels, !version.startsWith("8."));
    Map<String, JsonNode> strings = new HashMap<>();
    named.path("formats").properties().forEach(e -> strings.put(e.getKey(), e.getValue()));
    this.propertyStrings = Map.copyOf(strings);
    index();
  }

  /**
   * The contract of a release.
   *
   * @param version one of {@link #versions()}
   * @throws IllegalArgumentException for any other
   */
  public static Contract of(String version) {
    if (!VERSIONS.contains(version)) {
      throw new IllegalArgumentException(
          "no contract for version '" + version + "', only for " + String.join(", ", VERSIONS));
    }
    return LOADED.computeIfAbsent(version, Contract::new);
  }

  /** The releases there are contracts for, oldest first. */
  public static List<String> versions() {
    return VERSIONS;
  }

  /** Names of the CPU models that every release knows, sorted. */
  public static List<String> cpuModels() {
    List<String> models = new ArrayList<>();
    JSON.readTree(resource("formats.json")).path("cpu").forEach(m -> models.add(m.asString()));
    models.sort(null);
    return models;
  }

  /** The release, such as {@code 9.2}. */
  public String version() {
    return version;
  }

  /**
   * A call's endpoint with the values of the path's variables.
   *
   * @param endpoint what the contract says
   * @param variables such as {@code node} and {@code vmid}
   */
  public record Match(Endpoint endpoint, Map<String, String> variables) {}

  /**
   * Finds the endpoint of a call.
   *
   * @param verb GET, POST, PUT or DELETE
   * @param path with the variables filled in, without the leading {@code /api2/json}
   */
  public Optional<Match> find(String verb, String path) {
    List<String> parts = new ArrayList<>();
    Matcher rest = REST_OF_PATH.matcher(path);
    String ordinary = rest.matches() ? rest.group(1) : path;
    for (String part : ordinary.split("/", -1)) {
      if (!part.isEmpty()) {
        parts.add(part);
      }
    }
    if (rest.matches()) {
      parts.add(rest.group(2));
    }
    Map<String, String> variables = new LinkedHashMap<>();
    Folder folder = root;
    for (String part : parts) {
      Folder next = folder.children.get(part);
      if (next == null && folder.variable != null) {
        next = folder.variable;
        variables.put(next.name, part);
      }
      if (next == null) {
        return Optional.empty();
      }
      folder = next;
    }
    Line line = folder.lines.get(verb);
    return line == null
        ? Optional.empty()
        : Optional.of(new Match(line.endpoint(), Map.copyOf(variables)));
  }

  /**
   * Everything a node would refuse about a call.
   *
   * @param verb GET, POST, PUT or DELETE
   * @param path with the variables filled in
   * @param parameters texts, or lists of texts for array parameters
   * @return the reasons, empty when the call is acceptable
   */
  public List<Violation> check(String verb, String path, Map<String, ?> parameters) {
    Optional<Match> match = find(verb, path);
    if (match.isEmpty()) {
      return List.of(new Violation("", "Method '" + verb + " " + path + "' not implemented"));
    }
    List<Violation> violations = new ArrayList<>();
    errors(match.get(), parameters).forEach((n, why) -> violations.add(new Violation(n, why)));
    return violations;
  }

  /** As {@link #check}, for a call whose endpoint is known: reason by parameter. */
  public SortedMap<String, String> errors(Match match, Map<String, ?> parameters) {
    SchemaCheck check = new SchemaCheck(this);
    Map<String, Object> all = new HashMap<>(match.variables());
    for (Map.Entry<String, ?> entry : parameters.entrySet()) {
      String inPath = match.variables().get(entry.getKey());
      if (inPath != null && !inPath.equals(String.valueOf(entry.getValue()))) {
        check.add(
            entry.getKey(),
            "duplicate parameter (already defined in URI) with conflicting values!");
        return check.errors();
      }
      all.put(entry.getKey(), entry.getValue());
    }
    check.object(match.endpoint().parameters(), all, match.endpoint().closed());
    return check.errors();
  }

  /**
   * Parses a property string such as {@code local-lvm:32,ssd=1} of a parameter.
   *
   * @param endpoint where the parameter is declared
   * @param parameter its name, such as {@code scsi0}
   * @param value the text, which must have passed the check
   * @return key to value, with default keys and aliases resolved
   */
  public Map<String, String> parse(Endpoint endpoint, String parameter, String value) {
    JsonNode schema = schema(endpoint.parameters(), parameter);
    JsonNode properties =
        propertyString(schema == null ? JSON.missingNode() : schema.path("format"));
    if (properties == null) {
      throw new IllegalArgumentException("'" + parameter + "' is not a property string");
    }
    return new SchemaCheck(this).parsePropertyString(properties, value);
  }

  /**
   * Prints a property string the way a node stores it: the default key first, then what is not
   * optional, then the rest, each sorted; a key alias joined to what it stands for, as in {@code
   * virtio=BC:24:11:00:00:01} (source: pve-common JSONSchema print_property_string).
   *
   * @param endpoint where the parameter is declared
   * @param parameter its name, such as {@code scsi0}
   */
  public String print(Endpoint endpoint, String parameter, Map<String, String> values) {
    JsonNode schema = schema(endpoint.parameters(), parameter);
    JsonNode properties =
        propertyString(schema == null ? JSON.missingNode() : schema.path("format"));
    if (properties == null) {
      throw new IllegalArgumentException("'" + parameter + "' is not a property string");
    }
    List<String> order = new ArrayList<>();
    List<String> sorted = values.keySet().stream().sorted().toList();
    sorted.stream().filter(k -> properties.path(k).has("default_key")).forEach(order::add);
    sorted.stream()
        .filter(k -> !properties.path(k).path("optional").asBoolean(false))
        .forEach(order::add);
    order.addAll(sorted);
    Map<String, String> combined = new HashMap<>();
    for (Map.Entry<String, JsonNode> entry : properties.properties()) {
      if (entry.getValue().has("keyAlias")) {
        combined.put(
            entry.getValue().path("keyAlias").asString(),
            entry.getValue().path("alias").asString());
      }
    }
    Set<String> done = new HashSet<>();
    List<String> parts = new ArrayList<>();
    for (String key : order) {
      if (!done.add(key)) {
        continue;
      }
      String value = values.getOrDefault(key, "");
      String partner = combined.get(key);
      String partnerValue = partner == null ? null : values.get(partner);
      if (partner != null && partnerValue != null) {
        done.add(partner);
        parts.add(value + "=" + partnerValue);
      } else if (properties.path(key).has("default_key")) {
        parts.add(value);
      } else {
        parts.add(key + "=" + value);
      }
    }
    return String.join(",", parts);
  }

  /** The schema of a parameter, looked up by its plain or its numbered name. */
  static @Nullable JsonNode schema(JsonNode parameters, String name) {
    JsonNode plain = parameters.get(name);
    if (plain != null) {
      return plain;
    }
    return Numbered.template(name).map(parameters::get).orElse(null);
  }

  /** The keys of a property string format, null when the format is not one. */
  @Nullable JsonNode propertyString(JsonNode format) {
    if (format.isObject()) {
      return format;
    }
    return format.isString() ? propertyStrings.get(format.asString()) : null;
  }

  /**
   * The type of a parameter.
   *
   * @return string, boolean, integer, number or array; empty for an unknown parameter
   */
  public Optional<String> type(Endpoint endpoint, String parameter) {
    JsonNode schema = schema(endpoint.parameters(), parameter);
    return schema == null ? Optional.empty() : Optional.of(schema.path("type").asString("string"));
  }

  /** Whether a name is a drive of a guest: ide, sata, scsi, virtio, efidisk0 or tpmstate0. */
  public static boolean isDrive(String name) {
    return Numbered.isDrive(name);
  }

  /** Whether a name is one of a numbered parameter, such as net0 of net. */
  public static boolean isNumbered(String base, String name) {
    return Numbered.is(base, name);
  }

  /** Splits a list at NUL, or else at commas, semicolons and white space; empty parts vanish. */
  public static List<String> splitList(String text) {
    return Formats.splitList(text);
  }

  Formats formats() {
    return formats;
  }

  /** Names of formats that parameters of an endpoint use and that nothing here checks. */
  Set<String> uncheckedFormats(Endpoint endpoint) {
    Set<String> unknown = new HashSet<>();
    collectUnchecked(endpoint.parameters(), unknown);
    return unknown;
  }

  private void collectUnchecked(JsonNode properties, Set<String> unknown) {
    for (JsonNode property : properties) {
      JsonNode format = property.path("format");
      JsonNode keys = propertyString(format);
      if (keys != null) {
        collectUnchecked(keys, unknown);
      } else if (format.isString() && !formats.knows(format.asString())) {
        unknown.add(format.asString());
      }
    }
  }

  private void index() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                resource("contract-" + version + ".json"), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        Matcher matcher = LINE.matcher(line);
        if (matcher.matches()) {
          add(matcher.group(1), matcher.group(2), line);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void add(String verb, String path, String text) {
    Folder folder = root;
    for (String part : path.substring(1).split("/", -1)) {
      if (part.startsWith("{")) {
        if (folder.variable == null) {
          folder.variable = new Folder();
          folder.variable.name = part.substring(1, part.length() - 1);
        }
        folder = folder.variable;
      } else {
        folder = folder.children.computeIfAbsent(part, ignored -> new Folder());
      }
    }
    folder.lines.put(verb, new Line(verb, path, text));
  }

  private static InputStream resource(String name) {
    InputStream stream = Contract.class.getResourceAsStream(name);
    if (stream == null) {
      throw new IllegalStateException("contract file '" + name + "' is missing from the program");
    }
    return stream;
  }

  /** One step of a path; a name belongs to folders that stand for a variable. */
  private static final class Folder {
    private final Map<String, Folder> children = new HashMap<>();
    private final Map<String, Line> lines = new HashMap<>();
    private String name = "";
    private @Nullable Folder variable;
  }

  /** A line of the contract file, parsed when first asked for. */
  private static final class Line {
    private final String verb;
    private final String path;
    private final String text;
    private volatile @Nullable Endpoint parsed;

    Line(String verb, String path, String text) {
      this.verb = verb;
      this.path = path;
      this.text = text;
    }

    Endpoint endpoint() {
      Endpoint known = parsed;
      if (known == null) {
        String json = text.endsWith(",") ? text.substring(0, text.length() - 1) : text;
        known = new Endpoint(verb, path, JSON.readTree(json));
        parsed = known;
      }
      return known;
    }
  }
}
