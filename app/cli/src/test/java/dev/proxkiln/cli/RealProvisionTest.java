package dev.proxkiln.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ansible changes a real clone over ssh, with the host key that its agent told; a clone of the
 * template made of it boots, has the change, and nothing that only the first machine may have.
 */
@Tag("real")
class RealProvisionTest {
  private static final long TEMPLATE = 9001;
  private static final long CLONE = 9100;
  private static final String PLAYBOOK =
      """
      - hosts: web
        become: true
        gather_facts: false
        vars:
          ansible_pipelining: true
        tasks:
          - name: Say who was here
            ansible.builtin.copy:
              content: "{{ greeting }} from {{ inventory_hostname }}\\n"
              dest: /etc/motd.proxkiln
              mode: "0640"
          - name: Keep what only this machine has
            ansible.builtin.shell: cat /etc/machine-id /etc/ssh/ssh_host_ed25519_key.pub >/etc/only
      """;

  @TempDir Path root;
  private RealNode node;

  @BeforeEach
  void open() throws Exception {
    node = RealNode.in(root);
  }

  @AfterEach
  void close() {
    if (node != null) {
      node.stop(CLONE);
      node.close();
    }
  }

  @Test
  void aPlaybookBecomesATemplateThatClonesBootFrom() throws Exception {
    node.run(
        "template create",
        "image",
        "debian-12-made-here",
        "vmid",
        Long.toString(TEMPLATE),
        "name",
        "base",
        "storage",
        "local");
    Path playbook = Files.writeString(root.resolve("web.yml"), PLAYBOOK);
    Map<String, Map<String, String>> told =
        node.survey(
            "template provision",
            "template",
            "base",
            "playbook",
            playbook.toString(),
            "inventory-group",
            "web",
            "extra-vars",
            "greeting=it's \"me\"",
            "deadline",
            "1800",
            "test",
            "false");
    Map<String, String> made = Objects.requireNonNull(told.get("TemplateProvisioned"));
    assertThat(made).containsEntry("name", "base-web");
    assertThat(made.get("recap")).startsWith("ok=2 ").contains("failed=0");

    node.boot(Long.parseLong(made.get("vmid")), CLONE, "web1");
    assertThat(node.inside(CLONE, "cloud-init", "status", "--wait", "--long"))
        .contains("status: done");
    assertThat(node.inside(CLONE, "cat", "/etc/motd.proxkiln"))
        .isEqualTo("it's \"me\" from base-web\n");
    assertThat(node.inside(CLONE, "stat", "-c", "%a", "/etc/motd.proxkiln")).isEqualTo("640\n");
    assertThat(node.inside(CLONE, "hostname")).isEqualTo("web1\n");
    String only = node.inside(CLONE, "cat", "/etc/only");
    String machine = node.inside(CLONE, "cat", "/etc/machine-id").strip();
    String key = node.inside(CLONE, "cat", "/etc/ssh/ssh_host_ed25519_key.pub");
    assertThat(machine).hasSize(32);
    assertThat(key).startsWith("ssh-ed25519 ");
    assertThat(only).contains("ssh-ed25519 ").doesNotContain(machine, key.split(" ")[1]);
    // cloud-init makes the files at each first boot, empty where there is no key to put in.
    assertThat(
            node.inside(
                CLONE,
                "find",
                "/home",
                "/root",
                "(",
                "-name",
                ".ansible",
                "-o",
                "-name",
                "authorized_keys",
                "-not",
                "-empty",
                ")"))
        .isEmpty();
  }
}
