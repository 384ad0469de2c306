package dev.proxkiln.sandbox.api;

import dev.proxkiln.sandbox.access.Caller;
import dev.proxkiln.sandbox.contract.Contract;
import dev.proxkiln.sandbox.guest.Parts;
import dev.proxkiln.sandbox.refusal.Refusal;
import dev.proxkiln.sandbox.storage.Definition;
import dev.proxkiln.sandbox.storage.Storages;
import dev.proxkiln.sandbox.storage.VolumeName;
import dev.proxkiln.sandbox.storage.VolumeRow;
import dev.proxkiln.sandbox.task.Task;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Storages, their content, and uploads (source: pve-storage API2/Storage). */
final class StorageCalls {
  private static final Pattern IMPORT =
      Pattern.compile("[a-zA-Z0-9\\-.+=_]+\\.(ova|qcow2|raw|vmdk)");
  private static final Pattern ISO = Pattern.compile("(?i)[^/]+\\.(?:iso|img)");
  private static final Pattern TEMPLATE =
      Pattern.compile("(?i)[^/]+\\.(?:tar|tar\\.(?:gz|xz|zst|bz2))");
  private static final Map<String, String> DIGESTS =
      Map.of(
          "md5", "MD5",
          "sha1", "SHA-1",
          "sha224", "SHA-224",
          "sha256", "SHA-256",
          "sha384", "SHA-384",
          "sha512", "SHA-512");

  /** Options of a storage that the sandbox can change. */
  private static final Set<String> CHANGEABLE = Set.of("content", "disable", "nodes", "shared");

  private final Parts parts;
  private final Storages storages;

  StorageCalls(Parts parts) {
    this.parts = parts;
    this.storages = parts.storages();
  }

  void register(Routes routes) {
    routes.on("GET", "/storage", this::definitions);
    routes.on("GET", "/storage/{storage}", this::definition);
    routes.on("PUT", "/storage/{storage}", this::change);
    routes.on("GET", "/nodes/{node}/storage", this::list);
    routes.on("GET", "/nodes/{node}/storage/{storage}", this::children);
    routes.on("GET", "/nodes/{node}/storage/{storage}/status", this::status);
    routes.on("GET", "/nodes/{node}/storage/{storage}/content", this::content);
    routes.on("POST", "/nodes/{node}/storage/{storage}/content", this::allocate);
    routes.on("GET", "/nodes/{node}/storage/{storage}/content/{volume}", this::volume);
    routes.on("DELETE", "/nodes/{node}/storage/{storage}/content/{volume}", this::delete);
    routes.on("POST", "/nodes/{node}/storage/{storage}/upload", this::upload);
  }

  private boolean sees(Caller caller, String id) {
    return parts
        .access()
        .hasAny(caller, "/storage/" + id, List.of("Datastore.Audit", "Datastore.AllocateSpace"));
  }

  private Object definitions(Call call) {
    List<Object> rows = new ArrayList<>();
    for (Definition definition : storages.list()) {
      boolean right = call.text("type").map(definition.type()::equals).orElse(true);
      if (right && sees(call.caller(), definition.id())) {
        rows.add(withDigest(definition));
      }
    }
    return rows;
  }

  private static Map<String, Object> withDigest(Definition definition) {
    Map<String, Object> row = definition.toMap();
    row.put("digest", "0000000000000000000000000000000000000000");
    return row;
  }

  private Object definition(Call call) {
    return withDigest(storages.definition(call.need("storage")));
  }

  private Object change(Call call) {
    parts.faults().checkQuorum();
    String id = call.need("storage");
    Definition definition = storages.definition(id);
    List<String> gone = Contract.splitList(call.text("delete").orElse(""));
    for (String option : call.parameters().keySet()) {
      if (!CHANGEABLE.contains(option) && !Set.of("storage", "digest", "delete").contains(option)) {
        throw Refusal.notImplemented(
            "the sandbox node cannot change the option '" + option + "' of a storage");
      }
      if (gone.contains(option)) {
        throw Refusal.failed("cannot set and delete property '" + option + "' at the same time!");
      }
    }
    for (String option : gone) {
      if (!List.of("nodes", "shared", "disable").contains(option)) {
        throw Refusal.notImplemented(
            "the sandbox node cannot remove the option '" + option + "' of a storage");
      }
    }
    call.text("nodes")
        .map(Contract::splitList)
        .ifPresent(
            nodes -> {
              nodes.forEach(parts.cluster()::get);
              storages.set(id, "nodes", String.join(",", nodes));
            });
    call.text("shared").ifPresent(flag -> storages.set(id, "shared", flag.equals("1") ? "1" : ""));
    call.text("content")
        .ifPresent(list -> storages.setContent(id, new TreeSet<>(Contract.splitList(list))));
    call.text("disable").ifPresent(flag -> storages.setDisabled(id, flag.equals("1")));
    for (String option : gone) {
      if (option.equals("disable")) {
        storages.setDisabled(id, false);
      } else {
        storages.set(id, option, "");
      }
    }
    return Map.of("storage", id, "type", definition.type());
  }

  private Object list(Call call) {
    call.text("storage")
        .filter(id -> storages.find(id).isEmpty())
        .ifPresent(
            id -> {
              throw Refusal.parameter("storage", "No such storage.");
            });
    List<String> wanted = Contract.splitList(call.text("content").orElse(""));
    List<Object> rows = new ArrayList<>();
    for (Definition definition : storages.list()) {
      String id = definition.id();
      boolean holds = wanted.isEmpty() || wanted.stream().anyMatch(definition::holds);
      boolean named = call.text("storage").map(id::equals).orElse(true);
      // One of other nodes is listed here as one that is off, unless a content type was asked for.
      boolean on =
          wanted.isEmpty()
              ? !definition.disabled() || !call.flag("enabled", false)
              : storages.isEnabled(id);
      Optional<String> target =
          call.text("target").filter(other -> !List.of(call.node(), "localhost").contains(other));
      on &=
          target.isEmpty()
              || (definition.shared() && definition.on(call.node()) && definition.on(target.get()));
      if (holds && named && on && sees(call.caller(), id)) {
        rows.add(row(id, call.flag("format", false)));
      }
    }
    return rows;
  }

  private Map<String, Object> row(String id, boolean withFormats) {
    Map<String, Object> row = storages.status(id);
    row.put("storage", id);
    long total = ((Number) row.getOrDefault("total", 0)).longValue();
    if (total > 0) {
      row.put("used_fraction", ((Number) row.getOrDefault("used", 0)).doubleValue() / total);
    }
    if (withFormats) {
      List<String> formats = List.copyOf(storages.formats(id));
      String standard = storages.format(id, "");
      Map<String, Integer> valid = new TreeMap<>();
      formats.forEach(format -> valid.put(format, 1));
      row.put("format", List.of(valid, standard));
      if (!parts.contract().version().startsWith("8.")) {
        row.put("formats", Map.of("supported", formats, "default", standard));
      }
    }
    return row;
  }

  private Object children(Call call) {
    storages.definition(call.need("storage"));
    return List.of(
        Map.of("subdir", "content"), Map.of("subdir", "status"), Map.of("subdir", "upload"));
  }

  private Object status(Call call) {
    String id = call.need("storage");
    if (storages.find(id).isEmpty()) {
      throw Refusal.parameter("storage", "No such storage.");
    }
    return storages.status(id);
  }

  private Object content(Call call) {
    String id = call.need("storage");
    List<Object> rows = new ArrayList<>();
    for (VolumeRow row :
        storages.volumes(id, (int) call.number("vmid", 0), call.text("content").orElse(""))) {
      try {
        storages.checkAccess(call.caller(), 0, row.volid());
      } catch (Refusal e) {
        continue;
      }
      rows.add(row.toMap());
    }
    return rows;
  }

  private Object allocate(Call call) {
    String id = call.need("storage");
    String name = call.need("filename");
    String size = call.need("size");
    Matcher parsed = Pattern.compile("(\\d+)([MG]?)").matcher(size);
    if (!parsed.matches()) {
      throw Refusal.parameter("size", "unable to parse size '" + size + "'");
    }
    long unit =
        switch (parsed.group(2)) {
          case "M" -> 1024;
          case "G" -> 1024 * 1024;
          default -> 1;
        };
    Optional<String> format = call.text("format");
    Matcher extension = Pattern.compile(".*\\.(raw|qcow2|vmdk)").matcher(name);
    if (extension.matches()) {
      String byName = extension.group(1);
      if (format.isPresent() && !format.get().equals(byName)) {
        throw Refusal.parameter(
            "format", "different storage formats (" + format.get() + " != " + byName + ")");
      }
      format = Optional.of(byName);
    }
    parts.access().check(call.caller(), "/storage/" + id, "Datastore.AllocateSpace");
    return storages.allocate(
        id, call.vmid(), format.orElse(""), name, Long.parseLong(parsed.group(1)) * unit);
  }

  private String volumeId(Call call) {
    String volume = call.need("volume");
    Optional<Storages.VolumeId> id = Storages.split(volume);
    if (id.isEmpty()) {
      return call.need("storage") + ":" + volume;
    }
    if (!id.get().storage().equals(call.need("storage"))) {
      throw Refusal.failed(
          "storage ID missmatch (" + id.get().storage() + " != " + call.need("storage") + ")");
    }
    return volume;
  }

  private Object volume(Call call) {
    String volid = volumeId(call);
    storages.checkAccess(call.caller(), 0, volid);
    VolumeName name = storages.name(volid);
    long size =
        storages
            .size(volid)
            .orElseThrow(
                () -> Refusal.failed("volume_size_info on '" + volid + "' failed - no format"));
    Map<String, Object> row = new TreeMap<>();
    row.put("path", storages.file(volid).path().toString());
    row.put("size", size);
    row.put("used", size);
    row.put("format", name.format());
    return row;
  }

  private Object delete(Call call) {
    String volid = volumeId(call);
    String id = call.need("storage");
    VolumeName name = storages.name(volid);
    parts.access().check(call.caller(), "/storage/" + id, "Datastore.Allocate");
    String task = (name.owner() > 0 ? name.owner() + "@" : "") + id;
    return parts.task(
        "imgdel",
        task,
        call.caller(),
        worker -> {
          storages.free(volid);
          worker.print("Removed volume '" + volid + "'");
        });
  }

  private Object upload(Call call) {
    String id = call.need("storage");
    Definition definition = storages.checkEnabled(id);
    if (!definition.fileBased()) {
      throw Refusal.failed("can't upload to storage type '" + definition.type() + "'");
    }
    Path given =
        call.upload()
            .or(() -> call.text("tmpfilename").filter(n -> call.caller().isRoot()).map(Path::of))
            .orElseThrow(() -> Refusal.failed("missing temporary file name"));
    if (!Files.isRegularFile(given)) {
      throw Refusal.failed("temporary file '" + given + "' does not exist");
    }
    String name =
        call.need("filename")
            .strip()
            .replaceFirst("^.*[/\\\\]", "")
            .replaceAll("[^a-zA-Z0-9_.-]", "_");
    String kind = call.need("content");
    String format = uploadFormat(kind, name);
    if (!definition.holds(kind)) {
      throw Refusal.failed("storage '" + id + "' does not support '" + kind + "' content");
    }
    Path kept = keep(given);
    Path target = storages.folder(id, kind).resolve(name);
    return parts.task("imgcopy", "", call.caller(), task -> copy(call, task, kept, target, format));
  }

  private static String uploadFormat(String kind, String name) {
    switch (kind) {
      case "iso" -> {
        if (!ISO.matcher(name).matches()) {
          throw Refusal.parameter("filename", "wrong file extension");
        }
      }
      case "vztmpl" -> {
        if (!TEMPLATE.matcher(name).matches()) {
          throw Refusal.parameter("filename", "wrong file extension");
        }
      }
      default -> {
        Matcher image = IMPORT.matcher(name);
        if (!image.matches()) {
          throw Refusal.parameter("filename", "invalid filename or wrong extension");
        }
        return image.group(1);
      }
    }
    return "";
  }

  /** The file came with the call and goes with it; the task needs it longer. */
  private static Path keep(Path given) {
    Path kept = given.resolveSibling("kept-" + UUID.randomUUID());
    try {
      Files.move(given, kept);
      return kept;
    } catch (IOException e) {
      throw Refusal.failed("unable to keep temporary file '" + given + "': " + e.getMessage());
    }
  }

  private void copy(Call call, Task task, Path source, Path target, String format)
      throws IOException {
    try {
      task.print("starting file import from: " + source);
      Optional<String> algorithm = call.text("checksum-algorithm");
      if (algorithm.isPresent()) {
        String wanted = call.text("checksum").orElse("");
        String found = digest(algorithm.get(), source);
        if (!found.equals(wanted.toLowerCase(Locale.ROOT))) {
          task.print("calculating checksum...");
          throw Refusal.failed("checksum mismatch: got '" + found + "' != expect '" + wanted + "'");
        }
        task.print("calculating checksum...OK, checksum verified");
      }
      if (!format.isEmpty() && !format.equals("ova")) {
        storages.images().untrusted(source, format);
      }
      task.print("target node: " + call.node());
      task.print("target file: " + target);
      task.print("file size is: " + Files.size(source));
      task.print("command: cp -- " + source + " " + target);
      Files.move(source, target, StandardCopyOption.REPLACE_EXISTING);
      task.print("finished file import successfully");
    } finally {
      Files.deleteIfExists(source);
    }
  }

  private static String digest(String algorithm, Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance(DIGESTS.getOrDefault(algorithm, "SHA-256"));
      byte[] buffer = new byte[1 << 16];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("no " + algorithm + " in this Java", e);
    }
  }
}
