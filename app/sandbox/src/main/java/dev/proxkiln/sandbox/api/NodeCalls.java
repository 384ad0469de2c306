package dev.proxkiln.sandbox.api;

import dev.proxkiln.sandbox.access.Access;
import dev.proxkiln.sandbox.guest.Parts;
import java.util.Set;

/** All endpoints the sandbox has, wired to what they act on. */
public final class NodeCalls {
  private final Access access;
  private final Routes routes = new Routes();
  private final Dispatcher dispatcher;

  /** Wires the endpoints. */
  public NodeCalls(Parts parts) {
    this.access = parts.access();
    this.dispatcher = new Dispatcher(parts.contract(), access, routes, parts.guests().node());
    new AccessCalls(access).register(routes);
    new ClusterCalls(parts).register(routes);
    new TaskCalls(parts.tasks(), access).register(routes);
    new StorageCalls(parts).register(routes);
    new GuestCalls(parts).register(routes);
    new AgentCalls(parts).register(routes);
  }

  /** Verb and path template of every endpoint, such as {@code GET /version}. */
  public Set<String> endpoints() {
    return Set.copyOf(routes.keys());
  }

  Access access() {
    return access;
  }

  Dispatcher dispatcher() {
    return dispatcher;
  }
}
