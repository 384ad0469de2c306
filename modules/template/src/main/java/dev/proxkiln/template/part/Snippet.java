package dev.proxkiln.template.part;

import dev.proxkiln.core.call.Text;
import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.StorageFacts;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.template.problem.TemplateSlug;
import java.util.List;
import java.util.Optional;

/**
 * A cloud-init file on the node that the guest's drive takes over.
 *
 * @param role what it is for the guest
 * @param place where it is written
 * @param content the whole file
 */
public record Snippet(Role role, Place place, Text content) {

  /** The files of a cloud-init drive, in PVE's order. */
  public enum Role {
    /** Replaces the meta data. */
    META,
    /** Replaces the network configuration. */
    NETWORK,
    /** Replaces the user data: user, password, keys and host name of PVE are lost. */
    USER,
    /** Adds to the user data. */
    VENDOR;

    /** PVE's key in {@code cicustom}. */
    public String key() {
      return switch (this) {
        case META -> "meta";
        case NETWORK -> "network";
        case USER -> "user";
        case VENDOR -> "vendor";
      };
    }
  }

  /**
   * A storage that takes snippets.
   *
   * @param storage its ID
   * @param folder of the snippets on the node
   */
  public record Place(String storage, String folder) {

    /**
     * Where a snippet can be put on the target, or empty after saying why a setting is not
     * possible: {@code snippet-unreachable}.
     *
     * @param field the setting that needs it
     */
    public static Optional<Place> find(Reading reading, Field<?> field) {
      var facts = reading.facts();
      if (!facts.known()) {
        return Optional.empty();
      }
      List<StorageFacts> storages =
          facts.storagesFor("snippets").stream().filter(s -> s.path().isPresent()).toList();
      // On a shared one the snippet is found wherever a clone starts.
      Optional<StorageFacts> storage =
          storages.stream()
              .filter(s -> s.shared() && facts.reachesFiles())
              .findFirst()
              .or(() -> storages.stream().filter(s -> facts.writesFiles()).findFirst());
      if (storage.isPresent()) {
        return storage.map(s -> new Place(s.id(), s.path().orElseThrow() + "/snippets"));
      }
      String flag = "--" + field.key();
      reading.problem(
          TemplateSlug.SNIPPET_UNREACHABLE.problem(
              reading.where(field),
              flag + " needs a snippet on the node, and none can be put there.",
              why(facts),
              (facts.writesFiles()
                      ? "Allow snippets on a file storage (pvesm set local --content LIST, the"
                          + " whole new list), or leave "
                      : "Run proxkiln on the node, or reach it with ssh://, or leave ")
                  + flag
                  + " out."));
      return Optional.empty();
    }

    private static String why(Facts facts) {
      if (facts.writesFiles()) {
        return "No active storage of node '" + facts.node() + "' takes snippets.";
      }
      return facts.reachesFiles()
          ? "Files can be written on node '"
              + facts.reached()
              + "' and not on '"
              + facts.node()
              + "', and no shared storage takes snippets."
          : "The API has no way to put a snippet there.";
    }
  }
}
