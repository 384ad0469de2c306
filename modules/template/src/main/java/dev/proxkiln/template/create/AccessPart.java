package dev.proxkiln.template.create;

import dev.proxkiln.core.call.PveCall;
import dev.proxkiln.core.call.Text;
import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.BadValue;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.core.plan.Check;
import dev.proxkiln.core.plan.Expect;
import dev.proxkiln.core.plan.Probe;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.pve.model.SshKeys;
import dev.proxkiln.template.catalogue.Needs;
import dev.proxkiln.template.catalogue.Provisioning;
import dev.proxkiln.template.part.Draft;
import dev.proxkiln.template.part.Part;
import dev.proxkiln.template.part.Reading;
import dev.proxkiln.template.part.Sources;
import dev.proxkiln.template.problem.TemplateSlug;
import java.util.List;
import java.util.Optional;

/** Who may log in to clones. */
final class AccessPart implements Part<Access> {

  /** Hashes that crypt(3) knows and PVE does not: it would take them for clear passwords. */
  private static final String NO_FOREIGN_HASH = "\\A(?!\\$(?:y|gy|7|2b|2x|argon2\\w*|sha1|md5)\\$)";

  private final Sources sources;
  private final Field<String> user;

  private final Field<String> password =
      Field.of(
              "password",
              "Password",
              Type.text(
                  "SECRET",
                  "secret:[a-z0-9][a-z0-9._-]{0,63}",
                  "Give secret:NAME; the secret holds the password or its crypt hash."),
              "Password of the user, as secret:NAME or as a crypt hash; never in clear.")
          .from(Field.Source.PASSWORD)
          .onlyWhen(this::takesAnyUser);

  private final Field<List<String>> sshKeys =
      Field.of(
              "ssh-keys",
              "SSH keys",
              Type.listOf(
                  Type.text(
                      "KEY",
                      "(?:ssh-(?:ed25519|rsa)|ecdsa-sha2-nistp(?:256|384|521)"
                          + "|sk-(?:ssh-ed25519|ecdsa-sha2-nistp256)@openssh\\.com)"
                          + " [A-Za-z0-9+/]{40,}={0,2}(?: [^\\p{Cntrl}]*)?",
                      "Give a public key as in a .pub file, a file name, agent or host."),
                  ""),
              "Public keys that may log in: agent, host, a file, or a key itself; one a line.")
          .from(Field.Source.SSH_KEYS)
          .onlyWhen(this::takesUsers);

  private final Field<Boolean> upgrade =
      Field.of(
              "upgrade",
              "Upgrade",
              Type.flag(),
              "Whether a clone upgrades all packages at its first boot, which takes minutes.")
          .byDefault(false)
          .onlyWhen(this::takesUsers);

  AccessPart(Sources sources) {
    this.sources = sources;
    user =
        Field.of(
                "user",
                "User",
                Type.text(
                    "USER",
                    "[a-z_][a-z0-9_-]{0,31}",
                    "Use small letters, digits, _ and -, a letter first."),
                "First user of clones; may become root by sudo.")
            .byDefault((facts, answers) -> sources.needs(answers).map(Needs::user))
            .ruled(
                (name, facts, answers) ->
                    takesAnyUser(answers) ? Optional.empty() : own(name, answers))
            .onlyWhen(this::takesUsers);
  }

  private boolean takesUsers(Answers answers) {
    return sources.subject(answers).map(s -> s.provisioning().takesUsers()).orElse(true);
  }

  private boolean takesAnyUser(Answers answers) {
    return sources.subject(answers).map(s -> s.provisioning().takesAnyUser()).orElse(true);
  }

  /** The system's own user, whatever PVE says. */
  private Optional<BadValue> own(String name, Answers answers) {
    return sources
        .subject(answers)
        .filter(subject -> !subject.needs().user().equals(name))
        .map(
            subject ->
                new BadValue(
                    "is not what "
                        + subject.provisioning().word()
                        + " makes: its user is '"
                        + subject.needs().user()
                        + "'",
                    "Leave --user out; --user-data can name others."));
  }

  @Override
  public Schema.Page page() {
    return new Schema.Page("Access", List.of(user, password, sshKeys, upgrade));
  }

  @Override
  public Optional<Access> read(Reading reading) {
    return reading
        .find(user)
        .map(
            name ->
                new Access(
                    name,
                    reading.find(password).map(text -> text.substring("secret:".length())),
                    reading.find(sshKeys).orElse(List.of()),
                    reading.get(upgrade)));
  }

  @Override
  public void plan(Access access, Draft draft) {
    draft.set("ciuser", access.user());
    draft.set("ciupgrade", access.upgrade() ? "1" : "0");
    if (!access.keys().isEmpty()) {
      draft.set("sshkeys", new SshKeys(access.keys()).print());
    }
    if (!access.keys().isEmpty() || access.password().isPresent()) {
      draft.letIn();
    }
    if (draft.subject().provisioning() == Provisioning.NUAGEINIT) {
      published(access.user(), draft);
    }
    access.password().ifPresent(secret -> password(access.user(), secret, draft));
  }

  /** nuageinit(7): "The default user for nuageinit is a user named freebsd with a password set". */
  private static void published(String user, Draft draft) {
    draft.warn(
        Draft.Phase.SETTLE,
        "published",
        "Warn: user " + user + " of clones has a password that everybody knows",
        TemplateSlug.PASSWORD_PUBLISHED.problem(
            "--user",
            "User '" + user + "' of every clone has the password '" + user + "' at first.",
            "nuageinit sets it, and takes none from Proxmox VE.",
            "Change it at first login, or keep clones away from networks that you do not trust."));
  }

  /**
   * A call of its own: PVE hashes a password when a configuration is changed, and only then
   * (qemu-server: PVE/API2/Qemu.pm, update_vm_api).
   */
  private static void password(String user, String secret, Draft draft) {
    draft.check(
        new Check.Matches(
            "password",
            Text.secret(secret),
            Text.of(NO_FOREIGN_HASH),
            TemplateSlug.PASSWORD_HASH_UNKNOWN.problem(
                "--password",
                "The secret '" + secret + "' holds a hash that Proxmox VE does not know.",
                "It keeps hashes that begin with $1$, $5$, $6$, $2a$ or $2y$, and would"
                    + " hash any other once more, so nobody could log in.",
                "Make a hash with: openssl passwd -6")));
    draft.add(
        Draft.Phase.SETTLE,
        Step.Call.of(
            "password",
            "Set the password of user " + user,
            PveCall.put(draft.guest(), "/config").with("cipassword", Text.secret(secret)),
            Probe.api(draft.config(), Expect.present("cipassword"))));
    draft.expect(Expect.present("cipassword"));
  }
}
