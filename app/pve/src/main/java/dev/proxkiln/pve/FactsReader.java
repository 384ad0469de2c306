package dev.proxkiln.pve;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.GuestFacts;
import dev.proxkiln.core.facts.StorageFacts;
import dev.proxkiln.core.facts.TargetKind;
import dev.proxkiln.core.port.PvePort;
import dev.proxkiln.core.port.ResolvedCall;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.core.tree.Tree;
import dev.proxkiln.pve.problem.PveSlug;
import dev.proxkiln.pve.task.Tasks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Takes the snapshot of a target: two rounds of read calls, side by side.
 *
 * <p>A least-privilege token may not read everything: without {@code /cluster/status} the node list
 * is taken instead, without {@code /storage} the folders of storages stay unknown, without {@code
 * /pools} there are none.
 */
public final class FactsReader {
  private FactsReader() {}

  /** How many calls run at a time; each {@code pvesh} is a Perl process of 0.8 s and 100 MB. */
  private static final int AT_A_TIME = 4;

  /**
   * Reads the facts.
   *
   * @param address the target as the user wrote it, without secrets
   * @param wanted the node to work for; if not given, the one that answers, else the first online
   * @param rootSession whether calls run as root@pam itself
   * @throws ProblemException {@code node-missing}, and what the calls say
   */
  public static Facts read(
      PvePort port,
      TargetKind target,
      String address,
      Optional<String> wanted,
      boolean rootSession) {
    try (Reads reads = new Reads(port)) {
      Future<@Nullable Object> version = reads.start("/version");
      Future<@Nullable Object> status = reads.startOptional("/cluster/status");
      Future<@Nullable Object> resources = reads.start("/cluster/resources", "type", "vm");
      Future<@Nullable Object> nextId = reads.startOptional("/cluster/nextid");
      Future<@Nullable Object> pools = reads.startOptional("/pools");
      Future<@Nullable Object> definitions = reads.startOptional("/storage");

      Members members =
          reads.get(status) == null
              ? Members.ofNodes(reads.get(reads.start("/nodes")))
              : Members.ofStatus(reads.get(status));
      String node = members.choose(wanted);
      String at = "/nodes/" + node;
      Future<@Nullable Object> storages = reads.start(at + "/storage");
      Future<@Nullable Object> bridges = reads.start(at + "/network", "type", "any_bridge");
      Future<@Nullable Object> own = reads.startOptional(at + "/qemu");

      return new Facts(
          target,
          address,
          Tree.text(reads.get(version), "version"),
          node,
          members.answering().orElse(node),
          members.names(),
          members.quorate,
          storages(reads.get(storages), reads.get(definitions)),
          texts(reads.get(bridges), "iface"),
          guests(reads.get(resources), reads.get(own), node),
          texts(reads.get(pools), "poolid"),
          Pve.optional(Tree.number(reads.get(nextId), "")),
          rootSession);
    }
  }

  private static List<GuestFacts> guests(
      @Nullable Object resources, @Nullable Object own, String node) {
    return Pve.merge(resources, own, node);
  }

  private static List<String> texts(@Nullable Object tree, String key) {
    List<String> texts = new ArrayList<>();
    for (Object entry : Tree.list(tree, "")) {
      String text = Tree.text(entry, key);
      if (!text.isEmpty()) {
        texts.add(text);
      }
    }
    texts.sort(String::compareTo);
    return texts;
  }

  private static List<StorageFacts> storages(
      @Nullable Object storages, @Nullable Object definitions) {
    Map<String, String> paths = new LinkedHashMap<>();
    for (Object definition : Tree.list(definitions, "")) {
      String path = Tree.text(definition, "path");
      if (!path.isEmpty()) {
        paths.put(Tree.text(definition, "storage"), path);
      }
    }
    List<StorageFacts> facts = new ArrayList<>();
    for (Object storage : Tree.list(storages, "")) {
      String id = Tree.text(storage, "storage");
      // A storage that the node does not say is disabled is enabled.
      boolean enabled = Tree.at(storage, "enabled").isEmpty() || Tree.flag(storage, "enabled");
      facts.add(
          new StorageFacts(
              id,
              Tree.text(storage, "type"),
              new TreeSet<>(
                  Arrays.stream(Tree.text(storage, "content").split("[,; ]+"))
                      .filter(word -> !word.isEmpty())
                      .toList()),
              enabled && Tree.flag(storage, "active"),
              Tree.flag(storage, "shared"),
              Tree.number(storage, "avail"),
              Optional.ofNullable(paths.get(id))));
    }
    return facts;
  }

  /** The nodes of the cluster. */
  private record Members(List<Member> all, boolean quorate) {

    private record Member(String name, boolean online, boolean answers) {}

    /** A node on its own has no entry for a cluster, and nothing to lose a quorum of. */
    static Members ofStatus(@Nullable Object status) {
      List<Member> members = new ArrayList<>();
      boolean quorate = true;
      for (Object entry : Tree.list(status, "")) {
        if (Tree.text(entry, "type").equals("cluster")) {
          quorate = Tree.flag(entry, "quorate");
        } else if (Tree.text(entry, "type").equals("node")) {
          members.add(
              new Member(
                  Tree.text(entry, "name"), Tree.flag(entry, "online"), Tree.flag(entry, "local")));
        }
      }
      return new Members(members, quorate);
    }

    static Members ofNodes(@Nullable Object nodes) {
      List<Member> members = new ArrayList<>();
      for (Object entry : Tree.list(nodes, "")) {
        boolean online = Tree.text(entry, "status").equals("online");
        members.add(new Member(Tree.text(entry, "node"), online, false));
      }
      return new Members(members, true);
    }

    List<String> names() {
      return all.stream().map(Member::name).sorted().toList();
    }

    Optional<String> answering() {
      return all.stream().filter(Member::answers).map(Member::name).findFirst();
    }

    String choose(Optional<String> wanted) {
      if (wanted.isPresent()) {
        Member member =
            all.stream()
                .filter(m -> m.name.equals(wanted.get()))
                .findFirst()
                .orElseThrow(() -> missing("There is no node '" + wanted.get() + "'."));
        if (!member.online) {
          throw missing("Node '" + member.name + "' is offline.");
        }
        return member.name;
      }
      return all.stream()
          .filter(Member::answers)
          .findFirst()
          .or(() -> all.stream().filter(Member::online).min((a, b) -> a.name.compareTo(b.name)))
          .map(Member::name)
          .orElseThrow(() -> missing("No node is online."));
    }

    private ProblemException missing(String what) {
      return PveSlug.NODE_MISSING
          .problem(
              "--node",
              what,
              all.isEmpty() ? "" : "The cluster has: " + String.join(", ", names()) + ".",
              "Give one of them with --node.")
          .raise();
    }
  }

  /** Read calls side by side, at most {@link #AT_A_TIME}. */
  private static final class Reads implements AutoCloseable {
    private final PvePort port;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore places = new Semaphore(AT_A_TIME);

    Reads(PvePort port) {
      this.port = port;
    }

    Future<@Nullable Object> start(String path, String... namesAndValues) {
      ResolvedCall call = ResolvedCall.get(path, namesAndValues);
      return threads.submit(inPlace(() -> port.send(call).value()));
    }

    /** A call whose answer may be refused; null then. */
    Future<@Nullable Object> startOptional(String path) {
      ResolvedCall call = ResolvedCall.get(path);
      return threads.submit(
          inPlace(
              () -> {
                try {
                  return port.send(call).value();
                } catch (ProblemException e) {
                  String slug = e.first().slug();
                  if (slug.equals(PveSlug.PERMISSION_DENIED.text())
                      || slug.equals(PveSlug.CALL_FAILED.text())
                      || slug.equals(PveSlug.ENDPOINT_MISSING.text())) {
                    return null;
                  }
                  throw e;
                }
              }));
    }

    private Callable<@Nullable Object> inPlace(Callable<@Nullable Object> call) {
      return () -> {
        places.acquire();
        try {
          return call.call();
        } finally {
          places.release();
        }
      };
    }

    @Nullable Object get(Future<@Nullable Object> answer) {
      try {
        return answer.get();
      } catch (InterruptedException e) {
        throw Tasks.stopped("reading the target", e);
      } catch (ExecutionException e) {
        if (e.getCause() instanceof ProblemException problem) {
          throw problem;
        }
        throw new IllegalStateException(e.getCause());
      }
    }

    /** Ends what still runs: after a first problem nobody waits for the rest. */
    @Override
    public void close() {
      threads.shutdownNow();
    }
  }
}
