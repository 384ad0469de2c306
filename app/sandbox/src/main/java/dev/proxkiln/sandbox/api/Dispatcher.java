package dev.proxkiln.sandbox.api;

import dev.proxkiln.sandbox.access.Access;
import dev.proxkiln.sandbox.access.Caller;
import dev.proxkiln.sandbox.contract.Contract;
import dev.proxkiln.sandbox.contract.Endpoint;
import dev.proxkiln.sandbox.fault.Faults;
import dev.proxkiln.sandbox.refusal.Refusal;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * Takes a call through the checks that every call meets, in a node's order (source: pve-manager
 * HTTPServer.pm, rest_handler), and hands it to its handler.
 */
final class Dispatcher {
  private static final Set<String> NO_LOGIN =
      Set.of("GET /access/domains", "GET /access/ticket", "POST /access/ticket");

  private final Contract contract;
  private final Access access;
  private final Map<String, Routes> routes;
  private final String local;
  private final Faults faults;

  /**
   * Calls of a cluster.
   *
   * @param routes each node's own
   * @param local the node that answers
   */
  Dispatcher(
      Contract contract, Access access, Map<String, Routes> routes, String local, Faults faults) {
    this.contract = contract;
    this.access = access;
    this.routes = routes;
    this.local = local;
    this.faults = faults;
  }

  /** Whether a call needs no login. */
  static boolean open(String verb, String path) {
    return NO_LOGIN.contains(verb + " " + path);
  }

  /**
   * Answers a call.
   *
   * @param caller whoever logged in
   * @param path without {@code /api2/json}
   * @param given parameters of query and body
   * @return the answer's data, null for none
   * @throws Refusal for every answer that is not success
   */
  @Nullable Object call(
      Caller caller, String verb, String path, Map<String, Object> given, Optional<Path> upload)
      throws Exception {
    Contract.Match match =
        contract
            .find(verb, path)
            .orElseThrow(
                () -> Refusal.notImplemented("Method '" + verb + " " + path + "' not implemented"));
    Endpoint endpoint = match.endpoint();
    Map<String, Object> all = new HashMap<>(match.variables());
    all.putAll(given);
    if (caller.isToken() && !endpoint.tokenAllowed()) {
      throw Refusal.forbidden(
          "URI '" + path + "' not available with API token, need proper ticket.\n");
    }
    if (!open(verb, path)) {
      String user = endpoint.json().path("user").asString("");
      access.checkEndpoint(caller, endpoint.privileges(), user, all);
    }
    String named = match.variables().getOrDefault("node", local).toString();
    String node = named.equals("localhost") ? local : named;
    Routes own = routes.get(node);
    if (own == null) {
      throw Refusal.failed("no such cluster node '" + named + "'");
    }
    if (faults.isOffline(node)) {
      throw Refusal.unreachable("No route to host");
    }
    SortedMap<String, String> errors = contract.errors(match, given);
    if (!errors.isEmpty()) {
      throw Refusal.parameters(errors);
    }
    Routes.Handler handler =
        own.find(endpoint.key())
            .orElseThrow(
                () ->
                    Refusal.notImplemented(
                        "the sandbox node does not have '"
                            + endpoint.key()
                            + "'; a Proxmox VE "
                            + contract.version()
                            + " node does"));
    if (match.variables().containsKey("node")) {
      all.put("node", node);
    }
    return handler.handle(new Call(caller, endpoint, all, upload));
  }
}
