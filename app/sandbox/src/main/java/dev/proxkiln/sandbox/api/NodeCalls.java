package dev.proxkiln.sandbox.api;

import dev.proxkiln.sandbox.access.Access;
import dev.proxkiln.sandbox.guest.Cluster;
import dev.proxkiln.sandbox.guest.Parts;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** All endpoints the sandbox has, wired for each node to what they act on. */
public final class NodeCalls {
  private final Access access;
  private final Map<String, Routes> routes = new LinkedHashMap<>();
  private final Dispatcher dispatcher;

  /**
   * Wires the endpoints.
   *
   * @param certificates what the nodes tell of their certificates
   */
  public NodeCalls(Cluster cluster, List<Map<String, Object>> certificates) {
    Parts local = cluster.local();
    this.access = local.access();
    for (Parts parts : cluster.all()) {
      routes.put(parts.guests().node(), wired(parts, certificates));
    }
    this.dispatcher =
        new Dispatcher(local.contract(), access, routes, local.guests().node(), local.faults());
  }

  private static Routes wired(Parts parts, List<Map<String, Object>> certificates) {
    Routes routes = new Routes();
    new AccessCalls(parts.access()).register(routes);
    new ClusterCalls(parts).register(routes);
    new NodeStateCalls(parts, certificates).register(routes);
    new TaskCalls(parts).register(routes);
    new StorageCalls(parts).register(routes);
    new GuestCalls(parts).register(routes);
    new AgentCalls(parts).register(routes);
    return routes;
  }

  /** Verb and path template of every endpoint, such as {@code GET /version}. */
  public Set<String> endpoints() {
    return routes.values().stream().findFirst().map(Routes::keys).map(Set::copyOf).orElse(Set.of());
  }

  Access access() {
    return access;
  }

  Dispatcher dispatcher() {
    return dispatcher;
  }
}
