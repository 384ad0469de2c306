package dev.proxkiln.template.provision;

import dev.proxkiln.core.facts.TargetKind;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.template.existing.Templates;
import dev.proxkiln.template.rotation.Series;
import java.util.List;
import java.util.Optional;

/** The settings of {@code template provision}. */
final class ProvisionFields {
  /** A path that {@link Field.Source#PATH} has made absolute. */
  private static final Type<String> PATH =
      Type.text("FILE", "/[^\\p{Cntrl}]{1,4000}", "Give the name of a file.");

  static final Field<String> PLAYBOOK =
      Field.of("playbook", "Playbook", PATH, "Ansible playbook, a file on this machine.")
          .from(Field.Source.PATH)
          .mandatory();

  static final Field<String> NAME =
      Field.of(
          "name",
          "Name",
          Series.NAME,
          "Name of the new template; left out, the template's with that of the playbook behind it.");

  static final Field<List<String>> EXTRA_VARS =
      Field.of(
          "extra-vars",
          "Variables",
          Type.listOf(
              Type.text(
                  "VARIABLE",
                  "[A-Za-z_][A-Za-z0-9_]*=.{0,4000}",
                  "Give the name of a variable, = and its value."),
              ""),
          "Variables for the playbook; everybody on this machine can see them while it runs.");

  static final Field<List<String>> EXTRA_VARS_FILE =
      Field.of(
              "extra-vars-file",
              "Files of variables",
              Type.listOf(PATH, ""),
              "Files of variables for the playbook, in YAML or JSON; Ansible Vault may encrypt them.")
          .from(Field.Source.PATH);

  static final Field<String> VAULT_PASSWORD_FILE =
      Field.of(
              "vault-password-file",
              "Vault password",
              PATH,
              "File with the password of what Ansible Vault encrypted.")
          .from(Field.Source.PATH);

  static final Field<List<String>> INVENTORY_GROUP =
      Field.of(
              "inventory-group",
              "Groups",
              Type.listOf(
                  Type.text(
                      "GROUP",
                      "[A-Za-z_][A-Za-z0-9_]{0,99}",
                      "Use letters, digits and underscores."),
                  ", "),
              "Groups of the inventory that the clone is in, for plays that are for one of them.")
          .byDefault(List.of("proxkiln"));

  static final Field<String> USER =
      Field.of(
          "user",
          "User",
          Type.text("USER", "[a-z_][a-z0-9_-]{0,31}", "Give the name of a user of the template."),
          "User that Ansible logs in as; left out, the one that cloud-init makes.");

  static final Field<Boolean> TEST =
      Field.of(
              "test",
              "Boot test",
              Type.flag(),
              "Whether two clones of the new template are booted and checked before it gets its"
                  + " name.")
          .byDefault(true);

  static final Field<Boolean> KEEP_FAILED =
      Field.of(
              "keep-failed",
              "Keep what failed",
              Type.flag(),
              "Leave the clone running when the playbook fails, to look at it and to resume.")
          .byDefault(false);

  static final Field<Long> DEADLINE =
      Field.of(
              "deadline",
              "Deadline",
              Type.integer(10, 7200),
              "Seconds for a guest to answer, and again to finish cloud-init; emulation needs more.")
          .byDefault(
              (facts, answers) -> Optional.of(facts.target() == TargetKind.SANDBOX ? 600L : 300L));

  static final Field<Long> PLAYBOOK_DEADLINE =
      Field.of(
              "playbook-deadline",
              "Playbook deadline",
              Type.integer(10, 86_400),
              "Seconds for the playbook.")
          .byDefault(3600L);

  static final Schema SCHEMA =
      Schema.of(
          Templates.TEMPLATE,
          PLAYBOOK,
          NAME,
          EXTRA_VARS,
          EXTRA_VARS_FILE,
          VAULT_PASSWORD_FILE,
          INVENTORY_GROUP,
          USER,
          TEST,
          KEEP_FAILED,
          DEADLINE,
          PLAYBOOK_DEADLINE);

  private ProvisionFields() {}
}
