package dev.proxkiln.template.firstboot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.spec.Checked;
import dev.proxkiln.template.Fixtures;
import dev.proxkiln.template.FolderResources;
import dev.proxkiln.template.catalogue.Catalogue;
import dev.proxkiln.template.create.TemplateCreate;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FirstBootPartTest {
  private static final String KEY =
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJxM3v8cUrmnZYjC6Wq7mBf0o8TQZ7ebgm4xQ3F0Zr1p me@desk";
  private static final Catalogue CATALOGUE = new Catalogue(new FolderResources());

  private final TemplateCreate create = new TemplateCreate(Fixtures.library(CATALOGUE), "1.0.0");

  private Checked<Plan> checked(Facts facts, String... settings) {
    String[] all =
        Stream.concat(Stream.of("image=debian-12"), Stream.of(settings)).toArray(String[]::new);
    return create.plan(Fixtures.values(all), facts);
  }

  private Plan plan(String... settings) {
    return checked(Fixtures.sandbox(), settings).orRaise();
  }

  private List<Problem> refused(String... settings) {
    return switch (checked(Fixtures.sandbox(), settings)) {
      case Checked.Invalid<Plan>(List<Problem> problems) -> problems;
      case Checked.Valid<Plan> _ -> throw new AssertionError("was not refused");
    };
  }

  private static String file(Plan plan, String step) {
    return ((Step.Write) plan.step(step).orElseThrow()).content().literal().orElseThrow();
  }

  private static String custom(Plan plan) {
    return ((Step.Call) plan.step("create").orElseThrow())
        .call()
        .params()
        .get("cicustom")
        .getFirst()
        .toString();
  }

  @Test
  void leavesAFileAloneThatNeedsNoCompany() {
    String text = "#cloud-config\n# mine\nruncmd: [ls]\n";
    assertThat(file(plan("vendor-data=" + text), "snippet")).isEqualTo(text);
    String script = "#!/bin/sh\necho hello\n";
    assertThat(file(plan("vendor-data=" + script), "snippet")).isEqualTo(script);
  }

  @Test
  void joinsVendorDataWithOtherSettings() {
    Plan plan =
        plan(
            "vendor-data=#cloud-config\npackages: [jq]\nruncmd: ['date > /d']\nlocale: C.UTF-8\n",
            "timezone=UTC",
            "install-agent=true");
    assertThat(file(plan, "snippet"))
        .isEqualTo(
            """
            #cloud-config
            timezone: "UTC"
            package_update: true
            packages:
            - "qemu-guest-agent"
            - "jq"
            runcmd:
            - - "systemctl"
              - "enable"
              - "--now"
              - "qemu-guest-agent"
            - "date > /d"
            locale: "C.UTF-8"
            """);
    assertThat(refused("vendor-data=#cloud-config\ntimezone: UTC\n", "timezone=Europe/Berlin"))
        .extracting(Problem::slug, Problem::what)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(
                "cloud-init-conflict",
                "Vendor data says something else of 'timezone' than the settings do."));
  }

  @Test
  void whatIsNotCloudInitGetsNoVendorDataOfOurs() {
    Plan plan = plan("image=alpine-3.24-tiny", "install-agent=true");
    assertThat(plan.step("customise")).isPresent();
    assertThat(plan.step("snippet")).isEmpty();
    assertThat(refused("image=alpine-3.24-tiny", "install-agent=true", "customize=first-boot"))
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.where()).isEqualTo("--install-agent");
              assertThat(problem.why()).contains("tiny-cloud");
            });
  }

  @Test
  void putsAScriptBesideOurVendorData() {
    String text = file(plan("vendor-data=#!/bin/sh\necho\n", "timezone=UTC"), "snippet");
    assertThat(text)
        .startsWith("Content-Type: multipart/mixed; boundary=")
        .contains("Content-Type: text/cloud-config;")
        .contains("Content-Type: text/x-shellscript;");
  }

  @ParameterizedTest
  @ValueSource(strings = {"'root:abc'", "['ops:$6$x$y', 'root:abc']", "\"ops:R\\nroot:abc\""})
  void findsPasswordsInClearInTheOldListToo(String list) {
    String text = "user-data=#cloud-config\nchpasswd:\n  list: " + list + "\n";
    assertThat(refused(text, "replace-user-data=true").getFirst().why())
        .contains("line 3: 'chpasswd.list' is a password in clear");
  }

  @ParameterizedTest
  @ValueSource(strings = {"'ops:RANDOM'", "['ops:$6$x$y', 'root:R']"})
  void takesHashesAndPasswordsThatCloudInitMakesUp(String list) {
    String text = "user-data=#cloud-config\nchpasswd:\n  list: " + list + "\n";
    assertThat(plan(text, "replace-user-data=true").step("snippet-user")).isPresent();
  }

  @Test
  void refusesVendorDataThatCloudInitWouldIgnore() {
    assertThat(refused("vendor-data=#cloud-config\nchpasswd: {expire: true}\n"))
        .extracting(Problem::slug)
        .containsExactly("cloud-init-conflict");
    assertThat(refused("vendor-data=#cloud-config\nusers: [{name: ops}]\nhostname: x\n"))
        .extracting(Problem::slug)
        .containsExactly("cloud-init-conflict", "cloud-init-conflict");
    assertThat(refused("vendor-data=packages:\n- jq\n").getFirst().why())
        .contains("does not say what it is");
  }

  @Test
  void demandsConsentForUserDataAndFillsInUserAndKeys() {
    String own = "#cloud-config\nruncmd: [ls]\n";
    assertThat(refused("user-data=" + own))
        .extracting(Problem::slug)
        .containsExactly("user-data-replaces");
    Plan plan =
        plan(
            "user-data=" + own,
            "replace-user-data=true",
            "ssh-keys=" + KEY,
            "user=ops",
            "timezone=UTC");
    assertThat(file(plan, "snippet-user"))
        .contains("user: \"ops\"", "- \"" + KEY + "\"", "timezone: \"UTC\"", "- \"ls\"");
    assertThat(plan.step("snippet")).isEmpty();
    assertThat(custom(plan)).isEqualTo("user=files:snippets/proxkiln-${run.id}-user.yaml");
    assertThat(plan.step("snippet-user").orElseThrow().label())
        .contains("host name and password of Proxmox VE are not in it");
    assertThat(refused("user-data=" + own, "replace-user-data=true", "password=secret:x"))
        .extracting(Problem::slug)
        .containsExactly("cloud-init-conflict");
  }

  @Test
  void leavesUsersAloneThatUserDataMakesItself() {
    Plan plan =
        plan(
            "user-data=#cloud-config\nusers:\n- name: ops\n  lock_passwd: true\n",
            "replace-user-data=true",
            "ssh-keys=" + KEY);
    assertThat(file(plan, "snippet-user")).doesNotContain(KEY).contains("lock_passwd: true");
  }

  @Test
  void refusesPasswordsInClearAndNeverRepeatsThem() {
    Problem problem =
        refused(
                "user-data=#cloud-config\n"
                    + "password: hunter2\n"
                    + "users:\n"
                    + "- name: a\n"
                    + "  plain_text_passwd: hunter2\n",
                "replace-user-data=true")
            .getFirst();
    assertThat(problem.slug()).isEqualTo("cloud-init-invalid");
    assertThat(problem.why()).contains("line 2", "line 5").doesNotContain("hunter2");
  }

  @Test
  void checksNetworkConfigurationAndRefusesAddressesBesideIt() {
    String own = "version: 2\nethernets:\n  eth0:\n    dhcp4: true\n";
    Plan plan = plan("network-config=" + own, "meta-data=instance-id: a\nlocal-hostname: b\n");
    assertThat(file(plan, "snippet-network")).isEqualTo(own);
    assertThat(custom(plan))
        .isEqualTo(
            "meta=files:snippets/proxkiln-${run.id}-meta.yaml"
                + ",network=files:snippets/proxkiln-${run.id}-network.yaml");
    assertThat(refused("network-config=" + own, "dns=192.0.2.1"))
        .extracting(Problem::slug)
        .containsExactly("cloud-init-conflict");
    assertThat(refused("network-config=version: 2\nethernets: 5\n"))
        .extracting(Problem::slug)
        .containsExactly("cloud-init-invalid");
  }

  @Test
  void knowsWhatProxmoxReadsAtMost() {
    String large = "#!/bin/sh\n" + "# 4567890\n".repeat(110_000);
    assertThat(refused("vendor-data=" + large))
        .extracting(Problem::slug)
        .containsExactly("cloud-init-too-large");
  }

  @Test
  void saysWhyAFileCannotBePutOnANodeReachedByTheApiAlone() {
    assertThat(checked(Fixtures.rest(), "vendor-data=#!/bin/sh\necho\n"))
        .isInstanceOfSatisfying(
            Checked.Invalid.class,
            invalid ->
                assertThat(((Problem) invalid.problems().getFirst()).slug())
                    .isEqualTo("snippet-unreachable"));
  }
}
