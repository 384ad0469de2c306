package dev.proxkiln.sandbox.access;

import dev.proxkiln.sandbox.refusal.Refusal;
import dev.proxkiln.sandbox.state.StateFolder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Users, tokens, roles and the access control list of the sandbox, kept in {@code access.json}
 * (mode 0600) of the state folder.
 *
 * <p>Thread-safe. Tickets live two hours and survive a restart; API tokens have no rights of their
 * own until the list gives them some (source: pve-access-control).
 */
public final class Access {
  /** How long a ticket is good for. */
  public static final Duration TICKET_LIFETIME = Duration.ofHours(2);

  private static final Duration FUTURE_ALLOWED = Duration.ofMinutes(5);
  private static final Pattern TICKET = Pattern.compile("PVE:(\\S+):([0-9A-F]{8})::(\\S+)");
  private static final Pattern CSRF = Pattern.compile("([0-9A-F]{8}):(\\S+)");
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final JsonMapper JSON = JsonMapper.shared();

  private final Path file;
  private final Clock clock;
  private final Privileges privileges;
  private Stored stored;

  /** What the file holds. */
  record Stored(
      String key,
      SortedMap<String, User> users,
      SortedMap<String, List<String>> roles,
      List<Grant> grants) {}

  /**
   * A user.
   *
   * @param password clear text; this is a sandbox and the file is readable by its owner only
   * @param tokens by token name
   */
  record User(String password, boolean enabled, String comment, SortedMap<String, Token> tokens) {}

  /**
   * An API token.
   *
   * @param secret the UUID
   * @param privsep whether it has only the rights given to itself
   */
  record Token(String secret, boolean privsep, String comment, long expire) {}

  /**
   * A line of the access control list.
   *
   * @param who user or token
   */
  record Grant(String path, String who, String role, boolean propagate) {}

  private Access(Path file, Clock clock, Privileges privileges, Stored stored) {
    this.file = file;
    this.clock = clock;
    this.privileges = privileges;
    this.stored = stored;
  }

  /**
   * Reads the users, or makes root@pam with a new password.
   *
   * @param version release, which decides the privileges that exist
   */
  public static Access of(StateFolder folder, String version, Clock clock) {
    Path file = folder.path("access.json");
    Optional<String> text = StateFolder.read(file);
    if (text.isPresent()) {
      Stored stored = JSON.readValue(text.get(), Stored.class);
      return new Access(file, clock, new Privileges(version), stored);
    }
    SortedMap<String, User> users = new TreeMap<>();
    users.put("root@pam", new User(random(18), true, "", new TreeMap<>()));
    Stored stored = new Stored(random(32), users, new TreeMap<>(), List.of());
    Access access = new Access(file, clock, new Privileges(version), stored);
    access.save();
    return access;
  }

  /** The password of root@pam. */
  public synchronized String rootPassword() {
    User root = stored.users.get("root@pam");
    return root == null ? "" : root.password;
  }

  /** The answer to a login: ticket and CSRF token for a user. */
  public record Login(String username, String ticket, String csrf) {}

  /**
   * Logs in with a password, or renews with a ticket in its place.
   *
   * @throws Refusal status 401 for anything wrong, without saying what
   */
  public synchronized Login login(String username, String password) {
    User user = stored.users.get(username);
    boolean known = user != null && user.enabled && !user.password.isEmpty();
    boolean fits = known && same(password, user == null ? "" : user.password);
    if (!fits && known && password.startsWith("PVE:")) {
      fits = byTicket(password).filter(caller -> caller.id().equals(username)).isPresent();
    }
    if (!fits) {
      throw Refusal.unauthorized("authentication failure");
    }
    String stamp = stamp();
    String ticket = "PVE:" + username + ":" + stamp + "::" + seal("ticket:" + username, stamp);
    return new Login(username, ticket, stamp + ":" + seal("csrf:" + username, stamp));
  }

  /** The user of a good ticket. */
  public synchronized Optional<Caller> byTicket(String ticket) {
    Matcher matcher = TICKET.matcher(ticket);
    if (!matcher.matches() || !fresh(matcher.group(2))) {
      return Optional.empty();
    }
    String username = matcher.group(1);
    boolean genuine = same(seal("ticket:" + username, matcher.group(2)), matcher.group(3));
    User user = stored.users.get(username);
    return genuine && user != null && user.enabled
        ? Optional.of(new Caller(username))
        : Optional.empty();
  }

  /** The token of a {@code USER@REALM!NAME=SECRET} text. */
  public synchronized Optional<Caller> byToken(String text) {
    int equals = text.lastIndexOf('=');
    int mark = text.indexOf('!');
    if (equals < 0 || mark < 0 || mark > equals) {
      return Optional.empty();
    }
    User user = stored.users.get(text.substring(0, mark));
    Token token = user == null ? null : user.tokens.get(text.substring(mark + 1, equals));
    boolean good =
        user != null
            && user.enabled
            && token != null
            && (token.expire == 0 || token.expire >= clock.instant().getEpochSecond())
            && same(token.secret, text.substring(equals + 1));
    return good ? Optional.of(new Caller(text.substring(0, equals))) : Optional.empty();
  }

  /**
   * Checks the CSRF token that a write with a ticket needs.
   *
   * @throws Refusal status 401
   */
  public synchronized void checkCsrf(Caller caller, @Nullable String token) {
    Matcher matcher = CSRF.matcher(token == null ? "" : token);
    boolean good =
        matcher.matches()
            && fresh(matcher.group(1))
            && same(seal("csrf:" + caller.id(), matcher.group(1)), matcher.group(2));
    if (!good) {
      throw Refusal.unauthorized("Permission denied - invalid csrf token");
    }
  }

  /** Whether a caller has all these privileges on a path. */
  public synchronized boolean has(Caller caller, String path, Collection<String> wanted) {
    return permissions(caller, path).keySet().containsAll(wanted);
  }

  /** Whether a caller has one of these privileges on a path. */
  public synchronized boolean hasAny(Caller caller, String path, Collection<String> wanted) {
    Set<String> held = permissions(caller, path).keySet();
    return wanted.stream().anyMatch(held::contains);
  }

  /**
   * Demands privileges.
   *
   * @throws Refusal status 403 naming the first one that is missing
   */
  public synchronized void check(Caller caller, String path, String... wanted) {
    Set<String> held = permissions(caller, path).keySet();
    for (String privilege : wanted) {
      if (!held.contains(privilege)) {
        throw Refusal.forbidden(path + ", " + privilege);
      }
    }
  }

  /**
   * Demands one of several privileges.
   *
   * @throws Refusal status 403 naming them all
   */
  public synchronized void checkAny(Caller caller, String path, String... wanted) {
    if (!hasAny(caller, path, List.of(wanted))) {
      throw Refusal.forbidden(path + ", " + String.join("|", wanted));
    }
  }

  /** Privileges of a caller on a path, each with whether it is passed down. */
  public synchronized SortedMap<String, Boolean> permissions(Caller caller, String path) {
    SortedMap<String, Boolean> result = new TreeMap<>();
    if (caller.isRoot()) {
      privileges.all().forEach(name -> result.put(name, true));
      return result;
    }
    if (!caller.isToken()) {
      return granted(caller.id(), path);
    }
    Token token = token(caller);
    if (token == null) {
      return result;
    }
    SortedMap<String, Boolean> users = permissions(new Caller(caller.user()), path);
    if (!token.privsep) {
      return users;
    }
    granted(caller.id(), path)
        .forEach(
            (name, down) -> {
              Boolean userDown = users.get(name);
              if (userDown != null) {
                result.put(name, down && userDown);
              }
            });
    return result;
  }

  /** Paths that the access control list names. */
  public synchronized SortedSet<String> grantedPaths() {
    SortedSet<String> paths = new TreeSet<>();
    stored.grants.forEach(grant -> paths.add(grant.path));
    return paths;
  }

  /**
   * The nearest path with a grant for someone decides; a grant that is not passed down does not.
   */
  private SortedMap<String, Boolean> granted(String who, String path) {
    SortedMap<String, Boolean> held = new TreeMap<>();
    for (String at = path; ; at = parent(at)) {
      Map<String, Boolean> rolesHere = new HashMap<>();
      for (Grant grant : stored.grants) {
        if (grant.path.equals(at)
            && grant.who.equals(who)
            && (grant.propagate || at.equals(path))) {
          rolesHere.put(grant.role, grant.propagate);
        }
      }
      if (!rolesHere.isEmpty()) {
        if (!rolesHere.containsKey("NoAccess")) {
          rolesHere.forEach(
              (role, down) ->
                  privilegesOf(role).forEach(p -> held.merge(p, down, Boolean::logicalOr)));
        }
        return held;
      }
      if (at.equals("/")) {
        return held;
      }
    }
  }

  private static String parent(String path) {
    int slash = path.lastIndexOf('/');
    return slash <= 0 ? "/" : path.substring(0, slash);
  }

  private Set<String> privilegesOf(String role) {
    Set<String> builtIn = privileges.builtInRoles().get(role);
    return builtIn != null ? builtIn : new HashSet<>(stored.roles.getOrDefault(role, List.of()));
  }

  private @Nullable Token token(Caller caller) {
    User user = stored.users.get(caller.user());
    return user == null ? null : user.tokens.get(caller.id().substring(caller.user().length() + 1));
  }

  /** Users by name, each with enabled, comment and whether it has tokens. */
  public synchronized List<Map<String, Object>> users() {
    List<Map<String, Object>> list = new ArrayList<>();
    stored.users.forEach(
        (name, user) -> {
          Map<String, Object> row = new TreeMap<>();
          row.put("userid", name);
          row.put("enable", user.enabled ? 1 : 0);
          row.put("expire", 0);
          row.put("realm-type", name.endsWith("@pam") ? "pam" : "pve");
          if (!user.comment.isEmpty()) {
            row.put("comment", user.comment);
          }
          list.add(row);
        });
    return list;
  }

  /** Adds a user. */
  public synchronized void addUser(String name, String password, boolean enabled, String comment) {
    if (stored.users.containsKey(name)) {
      throw Refusal.failed("create user failed: user '" + name + "' already exists");
    }
    String realm = name.substring(name.indexOf('@') + 1);
    if (!realm.equals("pam") && !realm.equals("pve")) {
      throw Refusal.failed("create user failed: domain '" + realm + "' does not exist");
    }
    stored.users.put(name, new User(password, enabled, comment, new TreeMap<>()));
    save();
  }

  /** Removes a user with tokens and grants. */
  public synchronized void deleteUser(String name) {
    if (stored.users.remove(name) == null) {
      throw Refusal.failed("delete user failed: user '" + name + "' does not exist");
    }
    keepGrants(grant -> !grant.who.equals(name) && !grant.who.startsWith(name + "!"));
  }

  /** A user's tokens, without their secrets. */
  public synchronized List<Map<String, Object>> tokens(String username) {
    List<Map<String, Object>> list = new ArrayList<>();
    user(username).tokens.forEach((name, token) -> list.add(row(name, token)));
    return list;
  }

  /** One token, without its secret. */
  public synchronized Map<String, Object> token(String username, String name) {
    Token token = user(username).tokens.get(name);
    if (token == null) {
      throw Refusal.failed("no such token '" + name + "' for user '" + username + "'");
    }
    Map<String, Object> row = row(name, token);
    row.remove("tokenid");
    return row;
  }

  private static Map<String, Object> row(String name, Token token) {
    Map<String, Object> row = new TreeMap<>();
    row.put("tokenid", name);
    row.put("privsep", token.privsep ? 1 : 0);
    row.put("expire", token.expire);
    if (!token.comment.isEmpty()) {
      row.put("comment", token.comment);
    }
    return row;
  }

  /** Makes a token; the secret is in the answer and nowhere else. */
  public synchronized Map<String, Object> addToken(
      String username, String name, boolean privsep, String comment, long expire) {
    User user = user(username);
    if (user.tokens.containsKey(name)) {
      throw Refusal.parameter("tokenid", "Token already exists.");
    }
    Token token = new Token(UUID.randomUUID().toString(), privsep, comment, expire);
    user.tokens.put(name, token);
    save();
    Map<String, Object> given = row(name, token);
    given.remove("tokenid");
    Map<String, Object> answer = new TreeMap<>();
    answer.put("full-tokenid", username + "!" + name);
    answer.put("info", given);
    answer.put("value", token.secret);
    return answer;
  }

  /** Removes a token and its grants. */
  public synchronized void deleteToken(String username, String name) {
    if (user(username).tokens.remove(name) == null) {
      throw Refusal.failed("no such token '" + name + "' for user '" + username + "'");
    }
    keepGrants(grant -> !grant.who.equals(username + "!" + name));
  }

  /** Roles by name with their privileges. */
  public synchronized SortedMap<String, SortedSet<String>> roles() {
    SortedMap<String, SortedSet<String>> all = new TreeMap<>();
    privileges.builtInRoles().forEach((name, set) -> all.put(name, new TreeSet<>(set)));
    stored.roles.forEach((name, set) -> all.put(name, new TreeSet<>(set)));
    return all;
  }

  /** Whether a role is one that every node has. */
  public boolean builtIn(String role) {
    return privileges.builtInRoles().containsKey(role);
  }

  /** Adds a role. */
  public synchronized void addRole(String name, List<String> wanted) {
    if (roles().containsKey(name)) {
      throw Refusal.failed("create role failed: role '" + name + "' already exists");
    }
    for (String privilege : wanted) {
      if (!privileges.all().contains(privilege)) {
        throw Refusal.parameter(
            "privs", "invalid format - invalid privilege '" + privilege + "'\n");
      }
    }
    stored.roles.put(name, List.copyOf(wanted));
    save();
  }

  /** The access control list. */
  public synchronized List<Map<String, Object>> grants() {
    List<Map<String, Object>> list = new ArrayList<>();
    for (Grant grant : stored.grants) {
      Map<String, Object> row = new TreeMap<>();
      row.put("path", grant.path);
      row.put("ugid", grant.who);
      row.put("type", grant.who.indexOf('!') >= 0 ? "token" : "user");
      row.put("roleid", grant.role);
      row.put("propagate", grant.propagate ? 1 : 0);
      list.add(row);
    }
    return list;
  }

  /** Gives or takes a role on a path. */
  public synchronized void grant(
      String path, String who, String role, boolean propagate, boolean delete) {
    if (!roles().containsKey(role)) {
      throw Refusal.failed("role '" + role + "' does not exist");
    }
    Caller named = new Caller(who);
    User user = stored.users.get(named.user());
    if (user == null) {
      throw Refusal.failed("user '" + named.user() + "' does not exist");
    }
    if (named.isToken() && token(named) == null) {
      throw Refusal.failed(
          "no such token '"
              + who.substring(named.user().length() + 1)
              + "' for user '"
              + named.user()
              + "'");
    }
    List<Grant> kept = new ArrayList<>(stored.grants);
    kept.removeIf(g -> g.path.equals(path) && g.who.equals(who) && g.role.equals(role));
    if (!delete) {
      kept.add(new Grant(path, who, role, propagate));
    }
    stored = new Stored(stored.key, stored.users, stored.roles, List.copyOf(kept));
    save();
  }

  /** Forgets what was granted on a path, when the guest it stands for is gone. */
  public synchronized void forget(String path) {
    keepGrants(grant -> !grant.path.equals(path));
  }

  /**
   * Applies a privilege expression of the contract (source: pve-access-control RPCEnvironment,
   * check_api2_permissions).
   *
   * @param check the expression, a missing node when the endpoint has none
   * @param user {@code all}, {@code world} or empty, as the contract says
   * @param parameters of the call, path variables included
   * @throws Refusal status 403
   */
  public void checkEndpoint(Caller caller, JsonNode check, String user, Map<String, ?> parameters) {
    if (caller.isRoot()) {
      return;
    }
    if (check.isMissingNode() && !user.equals("all")) {
      throw Refusal.forbidden(user.equals("world") ? "" : "user != root@pam");
    }
    if (!check.isMissingNode()) {
      evaluate(caller, check, parameters)
          .ifPresent(
              what -> {
                throw Refusal.forbidden(what);
              });
    }
  }

  /** What is missing, empty when the expression holds. */
  private Optional<String> evaluate(Caller caller, JsonNode check, Map<String, ?> parameters) {
    return switch (check.path(0).asString("")) {
      case "and" -> {
        for (int i = 1; i < check.size(); i++) {
          Optional<String> missing = evaluate(caller, check.path(i), parameters);
          if (missing.isPresent()) {
            yield missing;
          }
        }
        yield Optional.empty();
      }
      case "or" -> {
        for (int i = 1; i < check.size(); i++) {
          if (evaluate(caller, check.path(i), parameters).isEmpty()) {
            yield Optional.empty();
          }
        }
        yield Optional.of("");
      }
      case "perm" -> permission(caller, check, parameters);
      case "perm-modify" -> {
        String path = fill(check.path(1).asString("/"), parameters);
        boolean may =
            hasAny(
                caller,
                path,
                List.of(
                    "Permissions.Modify", "Datastore.Allocate", "VM.Allocate", "Pool.Allocate"));
        yield may ? Optional.empty() : Optional.of(path + ", Permissions.Modify");
      }
      case "userid-param" ->
          caller.id().equals(String.valueOf(parameters.get("userid")))
              ? Optional.empty()
              : Optional.of("");
      default -> Optional.of("");
    };
  }

  private Optional<String> permission(Caller caller, JsonNode check, Map<String, ?> parameters) {
    String path = fill(check.path(1).asString("/"), parameters);
    List<String> wanted = new ArrayList<>();
    check.path(2).forEach(name -> wanted.add(name.asString()));
    boolean any = false;
    for (int i = 3; i + 1 < check.size(); i += 2) {
      String option = check.path(i).asString("");
      any |= option.equals("any");
      if (option.equals("require_param") && !parameters.containsKey(check.path(i + 1).asString())) {
        return Optional.of("");
      }
    }
    if (any) {
      return hasAny(caller, path, wanted)
          ? Optional.empty()
          : Optional.of(path + ", " + String.join("|", wanted));
    }
    for (String privilege : wanted) {
      if (!has(caller, path, List.of(privilege))) {
        return Optional.of(path + ", " + privilege);
      }
    }
    return Optional.empty();
  }

  private static String fill(String template, Map<String, ?> parameters) {
    Matcher matcher = Pattern.compile("\\{([^}]+)}").matcher(template);
    return matcher.replaceAll(
        m -> Matcher.quoteReplacement(String.valueOf(parameters.get(m.group(1)))));
  }

  private User user(String name) {
    User user = stored.users.get(name);
    if (user == null) {
      throw Refusal.failed("no such user ('" + name + "')");
    }
    return user;
  }

  private void keepGrants(java.util.function.Predicate<Grant> keep) {
    stored =
        new Stored(
            stored.key, stored.users, stored.roles, stored.grants.stream().filter(keep).toList());
    save();
  }

  private void save() {
    StateFolder.writeSecret(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(stored));
  }

  private boolean fresh(String stamp) {
    long age = clock.instant().getEpochSecond() - Long.parseLong(stamp, 16);
    return age > -FUTURE_ALLOWED.toSeconds() && age < TICKET_LIFETIME.toSeconds();
  }

  private String stamp() {
    return String.format(Locale.ROOT, "%08X", clock.instant().getEpochSecond());
  }

  private String seal(String what, String stamp) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(stored.key.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      byte[] digest = mac.doFinal((what + ":" + stamp).getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().withoutPadding().encodeToString(digest);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no HMAC-SHA-256 in this Java", e);
    }
  }

  private static boolean same(String a, String b) {
    return MessageDigest.isEqual(
        a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
  }

  private static String random(int bytes) {
    byte[] random = new byte[bytes];
    RANDOM.nextBytes(random);
    return HexFormat.of().formatHex(random);
  }
}
