package dev.proxkiln.sandbox.api;

import dev.proxkiln.sandbox.access.Access;
import dev.proxkiln.sandbox.access.Caller;
import dev.proxkiln.sandbox.refusal.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Logins, users, tokens, roles and the access control list. */
final class AccessCalls {
  private static final List<String> TOP =
      List.of("/", "/access", "/access/groups", "/nodes", "/pool", "/sdn", "/storage", "/vms");

  /** What may stand in the access control list (source: pve-access-control, check_path). */
  private static final Pattern ACL_PATH =
      Pattern.compile(
          "/|/access(?:/groups(?:/[\\w.-]+)?|/realm(?:/[\\w.-]+)?)?|/nodes(?:/[\\w.-]+)?"
              + "|/pool(?:/[\\w.-]+){0,3}|/sdn(?:/zones(?:/[\\w.-]+){0,3})?|/storage(?:/[\\w.-]+)?"
              + "|/vms(?:/[1-9]\\d{2,})?|/mapping(?:/[\\w.-]+){0,2}");

  private final Access access;

  AccessCalls(Access access) {
    this.access = access;
  }

  void register(Routes routes) {
    routes.on("POST", "/access/ticket", this::ticket);
    routes.on("GET", "/access/ticket", call -> null);
    routes.on("GET", "/access/domains", this::domains);
    routes.on("GET", "/access/permissions", this::permissions);
    routes.on("GET", "/access/users", call -> access.users());
    routes.on("POST", "/access/users", this::addUser);
    routes.on("DELETE", "/access/users/{userid}", this::deleteUser);
    routes.on("GET", "/access/users/{userid}/token", c -> access.tokens(c.need("userid")));
    routes.on("GET", "/access/users/{userid}/token/{tokenid}", this::token);
    routes.on("POST", "/access/users/{userid}/token/{tokenid}", this::addToken);
    routes.on("DELETE", "/access/users/{userid}/token/{tokenid}", this::deleteToken);
    routes.on("GET", "/access/roles", this::roles);
    routes.on("GET", "/access/roles/{roleid}", this::role);
    routes.on("POST", "/access/roles", this::addRole);
    routes.on("GET", "/access/acl", call -> access.grants());
    routes.on("PUT", "/access/acl", this::acl);
  }

  private Object ticket(Call call) {
    String name = call.need("username");
    String user = call.text("realm").map(realm -> name + "@" + realm).orElse(name);
    user = user.indexOf('@') < 0 ? user + "@pam" : user;
    Access.Login login = access.login(user, call.need("password"));
    Map<String, Object> answer = new TreeMap<>();
    answer.put("username", login.username());
    answer.put("ticket", login.ticket());
    answer.put("CSRFPreventionToken", login.csrf());
    answer.put("cap", capabilities(new Caller(login.username())));
    return answer;
  }

  private Map<String, Object> capabilities(Caller caller) {
    Map<String, Object> all = new TreeMap<>();
    Map<String, String> prefixes =
        Map.of(
            "vms",
            "VM.",
            "access",
            "User.",
            "storage",
            "Datastore.",
            "nodes",
            "Sys.",
            "sdn",
            "SDN.",
            "dc",
            "Sys.",
            "mapping",
            "Mapping.");
    prefixes.forEach(
        (branch, prefix) -> {
          Map<String, Integer> held = new TreeMap<>();
          access
              .permissions(caller, branch.equals("dc") ? "/" : "/" + branch)
              .keySet()
              .forEach(
                  name -> {
                    if (name.startsWith(prefix) || name.equals("Permissions.Modify")) {
                      held.put(name, 1);
                    }
                  });
          all.put(branch, held);
        });
    return all;
  }

  private Object domains(Call call) {
    return List.of(
        Map.of("realm", "pam", "type", "pam", "comment", "Linux PAM standard authentication"),
        Map.of("realm", "pve", "type", "pve", "comment", "Proxmox VE authentication server"));
  }

  private Object permissions(Call call) {
    Caller about = call.text("userid").map(Caller::new).orElse(call.caller());
    boolean other = !about.id().equals(call.caller().id());
    if (other && !about.user().equals(call.caller().id())) {
      access.check(call.caller(), "/access", "Sys.Audit");
    }
    List<String> paths = new ArrayList<>(call.text("path").map(List::of).orElse(TOP));
    if (call.text("path").isEmpty()) {
      paths.addAll(access.grantedPaths());
    }
    Map<String, Object> answer = new TreeMap<>();
    for (String path : paths) {
      Map<String, Integer> held = new TreeMap<>();
      access.permissions(about, path).forEach((name, down) -> held.put(name, down ? 1 : 0));
      if (!held.isEmpty()) {
        answer.put(path, held);
      }
    }
    return answer;
  }

  private @Nullable Object addUser(Call call) {
    access.addUser(
        call.need("userid"),
        call.text("password").orElse(""),
        call.flag("enable", true),
        call.text("comment").orElse(""));
    return null;
  }

  private @Nullable Object deleteUser(Call call) {
    if (call.need("userid").equals("root@pam")) {
      throw Refusal.failed("delete user failed: can't delete root user");
    }
    access.deleteUser(call.need("userid"));
    return null;
  }

  private Object token(Call call) {
    return access.token(call.need("userid"), call.need("tokenid"));
  }

  private Object addToken(Call call) {
    return access.addToken(
        call.need("userid"),
        call.need("tokenid"),
        call.flag("privsep", true),
        call.text("comment").orElse(""),
        call.number("expire", 0));
  }

  private @Nullable Object deleteToken(Call call) {
    access.deleteToken(call.need("userid"), call.need("tokenid"));
    return null;
  }

  private Object roles(Call call) {
    List<Object> rows = new ArrayList<>();
    access
        .roles()
        .forEach(
            (name, privileges) -> {
              Map<String, Object> row = new TreeMap<>();
              row.put("roleid", name);
              row.put("privs", String.join(",", privileges));
              if (access.builtIn(name)) {
                row.put("special", 1);
              }
              rows.add(row);
            });
    return rows;
  }

  private Object role(Call call) {
    var privileges = access.roles().get(call.need("roleid"));
    if (privileges == null) {
      throw Refusal.failed("role '" + call.need("roleid") + "' does not exist");
    }
    Map<String, Integer> answer = new TreeMap<>();
    privileges.forEach(name -> answer.put(name, 1));
    return answer;
  }

  private @Nullable Object addRole(Call call) {
    access.addRole(call.need("roleid"), split(call.text("privs").orElse("")));
    return null;
  }

  private @Nullable Object acl(Call call) {
    String path = call.need("path");
    if (!ACL_PATH.matcher(path).matches()) {
      throw Refusal.parameter("path", "invalid ACL path '" + path + "'");
    }
    List<String> who = new ArrayList<>(split(call.text("users").orElse("")));
    who.addAll(split(call.text("tokens").orElse("")));
    if (who.isEmpty()) {
      throw Refusal.parameter("users", "either 'users', 'groups' or 'tokens' is required.");
    }
    for (String role : split(call.need("roles"))) {
      for (String one : who) {
        access.grant(
            call.need("path"), one, role, call.flag("propagate", true), call.flag("delete", false));
      }
    }
    return null;
  }

  private static List<String> split(String list) {
    return List.of(list.strip().split("[,;\\s]+", -1)).stream().filter(s -> !s.isEmpty()).toList();
  }
}
