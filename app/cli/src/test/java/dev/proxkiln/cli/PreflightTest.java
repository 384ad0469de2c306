package dev.proxkiln.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.core.call.Verb;
import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.TargetKind;
import dev.proxkiln.core.module.Query;
import dev.proxkiln.core.module.Survey;
import dev.proxkiln.core.port.ResolvedCall;
import dev.proxkiln.core.run.Outcome;
import dev.proxkiln.core.tree.Tree;
import dev.proxkiln.pve.FactsReader;
import dev.proxkiln.pve.rest.Credentials;
import dev.proxkiln.pve.rest.RestTransport;
import dev.proxkiln.pve.rest.Trust;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code template preflight} against the sandbox. */
class PreflightTest {
  private static List<Object> rows(Survey.Found found) {
    return found.rows().map(Query.Rows::rows).orElseThrow();
  }

  private static Object row(Survey.Found found, String about) {
    return rows(found).stream()
        .filter(row -> Tree.text(row, "about").equals(about))
        .findFirst()
        .orElseThrow();
  }

  private static Object send(Rig rig, Verb verb, String path, String... namesAndValues) {
    LinkedHashMap<String, List<String>> params =
        new LinkedHashMap<>(ResolvedCall.get(path, namesAndValues).params());
    return rig.pve.send(new ResolvedCall(verb, path, params, Set.of(), Optional.empty())).value();
  }

  @Test
  void fixLetsAStorageTakeWhatIsMissingAndCanBeTakenBack(@TempDir Path folder) throws Exception {
    try (Rig rig = new Rig(folder)) {
      send(rig, Verb.PUT, "/storage/local", "content", "images,iso");
      Survey.Found found = rig.look("template preflight", List.of());
      assertThat(found.problems()).isEmpty();
      assertThat(found.jobs()).isEmpty();
      assertThat(Tree.text(row(found, "snippets storage"), "mend"))
          .isEqualTo("pvesm set local --content images,import,iso,snippets");

      Survey.Found fixing = rig.look("template preflight", List.of(), "fix", "true");
      Outcome done = rig.run(fixing.jobs().getFirst().plans().getFirst());
      assertThat(done.problems()).isEmpty();
      assertThat(rig.facts().storagesFor("snippets")).isNotEmpty();
      assertThat(rig.facts().storagesFor("import")).isNotEmpty();
      assertThat(rig.look("template preflight", List.of(), "fix", "true").jobs()).isEmpty();

      assertThat(rig.undo(done.run()).left()).isEmpty();
      assertThat(rig.facts().storagesFor("snippets")).isEmpty();
    }
  }

  @Test
  void saysWhichPrivilegesATokenLacksAndWhatGivesThem(@TempDir Path folder) throws Exception {
    try (Rig rig = new Rig(folder)) {
      send(rig, Verb.POST, "/access/users", "userid", "kiln@pve");
      Object made = send(rig, Verb.POST, "/access/users/kiln@pve/token/look", "privsep", "0");
      send(rig, Verb.PUT, "/access/acl", "path", "/", "users", "kiln@pve", "roles", "PVEAuditor");
      RestTransport pve =
          new RestTransport(
              rig.sandbox.url(),
              Credentials.ApiToken.parse("kiln@pve!look=" + Tree.text(made, "value")),
              Trust.Pinned.parse(rig.sandbox.fingerprint()));
      Facts facts = FactsReader.read(pve, TargetKind.REST, "https://node", Optional.empty(), false);
      Survey.Found found = rig.look("template preflight", List.of(), pve, facts);
      assertThat(found.problems()).extracting(p -> p.slug()).containsExactly("not-ready");
      Object guests = row(found, "rights on /vms");
      assertThat(Tree.text(guests, "state")).isEqualTo("bad");
      assertThat(Tree.text(guests, "finding")).contains("VM.Allocate").doesNotContain("VM.Audit");
      assertThat(Tree.text(guests, "mend")).contains("pveum acl modify /vms");
    }
  }

  /** Does what the command of a finding says: a role, and its grant to a user and a token. */
  private static void grant(Rig rig, String mend) {
    Matcher command =
        Pattern.compile(
                "pveum role add (?<role>\\S+); pveum role modify \\k<role> --append 1 --privs"
                    + " '(?<privs>[^']+)' && pveum acl modify (?<path>\\S+) --roles \\k<role>"
                    + " --users 'USER@REALM' --tokens 'USER@REALM!TOKEN'")
            .matcher(mend);
    assertThat(mend).matches(command.pattern());
    assertThat(command.matches()).isTrue();
    // The sandbox has no PUT of roles: each grant has one of its own.
    String role = command.group("role") + mend.length();
    String privileges = command.group("privs").replace(' ', ',');
    send(rig, Verb.POST, "/access/roles", "roleid", role, "privs", privileges);
    String path = command.group("path");
    send(rig, Verb.PUT, "/access/acl", "path", path, "users", "ci@pve", "roles", role);
    send(rig, Verb.PUT, "/access/acl", "path", path, "tokens", "ci@pve!bot", "roles", role);
  }

  @Test
  void aTokenThatMayDoNothingIsToldAllAndEachCommandMends(@TempDir Path folder) throws Exception {
    try (Rig rig = new Rig(folder)) {
      send(rig, Verb.POST, "/access/users", "userid", "ci@pve");
      Object made = send(rig, Verb.POST, "/access/users/ci@pve/token/bot", "privsep", "1");
      RestTransport pve =
          new RestTransport(
              rig.sandbox.url(),
              Credentials.ApiToken.parse("ci@pve!bot=" + Tree.text(made, "value")),
              Trust.Pinned.parse(rig.sandbox.fingerprint()));
      // What is hidden at first shows when the storages can be seen.
      for (int round = 0; round < 3; round++) {
        Survey.Found found = look(rig, pve);
        Set<String> mends = new LinkedHashSet<>();
        for (Object row : rows(found)) {
          if (!Tree.text(row, "state").equals("ok")
              && Tree.text(row, "mend").startsWith("pveum")
              && mends.add(Tree.text(row, "mend"))) {
            grant(rig, Tree.text(row, "mend"));
          }
        }
        if (mends.isEmpty()) {
          assertThat(found.problems()).isEmpty();
          assertThat(round).isPositive();
          return;
        }
      }
      throw new AssertionError("its own commands do not mend it");
    }
  }

  private static Survey.Found look(Rig rig, RestTransport pve) throws Exception {
    Facts facts = FactsReader.read(pve, TargetKind.REST, "https://node", Optional.empty(), false);
    return rig.look("template preflight", List.of(), pve, facts);
  }
}
