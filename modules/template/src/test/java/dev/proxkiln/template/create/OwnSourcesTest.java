package dev.proxkiln.template.create;

import static dev.proxkiln.template.Fixtures.values;
import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.core.call.Text;
import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.plan.Fetch;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.plan.PlanText;
import dev.proxkiln.core.plan.PlanTree;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.spec.Checked;
import dev.proxkiln.template.Fixtures;
import dev.proxkiln.template.FolderResources;
import dev.proxkiln.template.PlanCalls;
import dev.proxkiln.template.catalogue.Catalogue;
import dev.proxkiln.template.catalogue.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code template create} from what is not in the catalogue. */
class OwnSourcesTest {
  private static final Catalogue CATALOGUE = new Catalogue(new FolderResources());
  private static final String SHA256 = "sha256=" + "0A".repeat(32);
  private static final String URL = "url=https://example.com/router.img.gz";
  private static final String KEY =
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJxM3v8cUrmnZYjC6Wq7mBf0o8TQZ7ebgm4xQ3F0Zr1p me@desk";

  private final TemplateCreate create = new TemplateCreate(Fixtures.library(CATALOGUE), "1.0.0");

  private Plan plan(Facts facts, String... settings) {
    Plan plan = create.plan(values(settings), facts).orRaise();
    for (String version : List.of("8.4", "9.1", "9.2")) {
      assertThat(PlanCalls.violations(plan, version)).isEmpty();
    }
    assertThat(PlanTree.read(PlanTree.document(plan))).as("as JSON and back").isEqualTo(plan);
    return plan;
  }

  private Plan plan(String... settings) {
    return plan(Fixtures.sandbox(), settings);
  }

  private List<Problem> refused(String... settings) {
    return create.read(values(settings), Fixtures.sandbox())
            instanceof Checked.Invalid<TemplateSpec>(var found)
        ? found
        : List.of();
  }

  private static Step step(Plan plan, String id) {
    return plan.step(id).orElseThrow();
  }

  private static Fetch fetch(Plan plan) {
    return ((Step.Download) step(plan, "image")).fetch();
  }

  private static List<Text> param(Plan plan, String name) {
    return PlanCalls.call(plan, "create").params().getOrDefault(name, List.of());
  }

  // ---- addresses ----

  @Test
  void anAddressWithADigestIsFetchedInWhateverFormatItTurnsOutToBe() {
    Plan plan = plan(URL, SHA256);
    assertThat(fetch(plan))
        .isEqualTo(
            new Fetch(
                "https://example.com/router.img.gz",
                new Fetch.Pinned("sha256", "0a".repeat(32)),
                "gz",
                Optional.empty(),
                "auto",
                false));
    assertThat(param(plan, "name")).containsExactly(Text.of("router"));
    assertThat(param(plan, "tags").toString()).contains("router");
    assertThat(PlanCalls.call(plan, "resize").params().get("size")).containsExactly(Text.of("32G"));
    assertThat(PlanText.script(plan)).contains("image_format=$(qemu-img info");
  }

  @Test
  void theUploadOfAnUnknownFormatIsNamedWhenItIsKnown() {
    Plan plan = plan(Fixtures.rest(), URL, SHA256);
    assertThat(PlanCalls.call(plan, "upload").params().get("filename").toString())
        .contains("${image.format}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "sha256,sha512", "sha256,checksum-url"})
  void anAddressNeedsExactlyOneThingThatVouchesForIt(String given) {
    List<String> settings = new ArrayList<>(List.of(URL));
    for (String key : given.split(",")) {
      switch (key) {
        case "sha256" -> settings.add(SHA256);
        case "sha512" -> settings.add("sha512=" + "0a".repeat(64));
        case "checksum-url" -> settings.add("checksum-url=https://example.com/SHA256SUMS");
        default -> {}
      }
    }
    assertThat(refused(settings.toArray(String[]::new)))
        .singleElement()
        .satisfies(p -> assertThat(p.slug()).isEqualTo("image-unverified"));
  }

  @Test
  void whatIsNotVerifiedIsTakenOnlyInSoManyWordsAndSaidEverywhere() {
    Plan plan = plan(URL, "allow-unverified=true");
    assertThat(fetch(plan).trust()).isEqualTo(new Fetch.Unverified());
    assertThat(step(plan, "image").label()).contains("NOT verified");
    assertThat(PlanText.text(plan)).contains("whatever comes is taken");
  }

  @Test
  void aChecksumFileIsReadForTheNameOfTheImage() {
    Plan plan = plan(URL, "checksum-url=https://example.com/SHA256SUMS");
    assertThat(fetch(plan).trust())
        .isEqualTo(
            new Fetch.Published(
                "sha256",
                "https://example.com/SHA256SUMS",
                "auto",
                "router.img.gz",
                Optional.empty()));
  }

  @Test
  void plainHttpAndInstallationMediaAreRefused() {
    assertThat(refused("url=http://example.com/x.qcow2", SHA256).getFirst().next())
        .contains("--allow-http");
    assertThat(fetch(plan("url=http://example.com/x.qcow2", SHA256, "allow-http=true")).insecure())
        .isTrue();
    assertThat(refused("url=https://example.com/debian-13.iso", SHA256).getFirst().what())
        .contains("installation medium");
  }

  @Test
  void theCatalogueSaysWhatAnImageOfOnesOwnNeeds() {
    Plan plan = plan(URL, SHA256, "image=debian-12");
    assertThat(param(plan, "ciuser")).containsExactly(Text.of("debian"));
    assertThat(param(plan, "tags").toString()).contains("debian-12");
    assertThat(fetch(plan).url()).isEqualTo("https://example.com/router.img.gz");
  }

  @Test
  void anApplianceIsImportedAsItIs() {
    Plan plan = plan(URL, SHA256, "provisioning=none", "firmware=uefi", "secure-boot=false");
    assertThat(PlanCalls.call(plan, "create").params().keySet())
        .doesNotContain("ciuser", "ipconfig0", "sshkeys", "ciupgrade", "scsi1")
        .contains("scsi0", "efidisk0");
    assertThat(refused(URL, SHA256, "provisioning=none", "user=me").getFirst().what())
        .contains("does not apply");
  }

  // ---- files and volumes ----

  @Test
  void aFileIsReadWhereItLies() {
    Plan plan = plan("image-file=/srv/images/own.qcow2");
    assertThat(fetch(plan).url()).isEqualTo("file:///srv/images/own.qcow2");
    assertThat(fetch(plan).trust()).isEqualTo(new Fetch.Unverified());
    assertThat(param(plan, "scsi0").toString()).contains("import-from=${image.path}");
    assertThat(fetch(plan("image-file=own image.ova", SHA256)))
        .satisfies(f -> assertThat(f.url()).startsWith("file:///").endsWith("/own%20image.ova"))
        .satisfies(f -> assertThat(f.compression()).isEqualTo("tar"))
        .satisfies(f -> assertThat(f.member()).contains("*.vmdk"));
    assertThat(refused("image-file=/srv/a,b.qcow2")).hasSize(1);
  }

  @Test
  void aVolumeIsImportedByTheNodeItself() {
    for (Facts facts : List.of(Fixtures.sandbox(), Fixtures.rest())) {
      String storage = facts.storages().getFirst().id();
      Plan plan = plan(facts, "volume=" + storage + ":import/web.qcow2");
      assertThat(param(plan, "scsi0").getFirst().toString())
          .contains("import-from=" + storage + ":import/web.qcow2");
      assertThat(plan.steps()).noneMatch(Step.Download.class::isInstance);
      assertThat(plan.steps().stream().map(Step::id)).doesNotContain("upload").contains("fits");
    }
  }

  @Test
  void aVolumeThatIsNoDiskIsRefused() {
    String storage = Fixtures.sandbox().storages().getFirst().id();
    for (String volume : List.of("nowhere:import/a.qcow2", storage + ":iso/a.iso")) {
      assertThat(refused("volume=" + volume))
          .singleElement()
          .satisfies(p -> assertThat(p.slug()).isEqualTo("volume-unusable"));
    }
  }

  // ---- packages ----

  @Test
  void furtherPackagesGoIntoACopyOfWhatWasBuilt() {
    Plan plan = plan("from-packages=debian-13", "packages=htop");
    Step.Run customise = (Step.Run) step(plan, "customise");
    assertThat(customise.label()).contains("packages htop");
    assertThat(customise.argv()).contains(Text.output("image", "path"));
  }

  @Test
  void packagesAreBuiltHereByAScriptThatGetsWordsOnly() {
    Plan plan =
        plan(
            "from-packages=debian-13",
            "mirror=https://deb.example/debian",
            "host-keys=ed25519 rsa",
            "kernel-options=net.ifnames=0");
    Step.Run build = (Step.Run) step(plan, "image");
    assertThat(build.argv().stream().map(Text::toString))
        .startsWith("bash", "-s", "--")
        .containsSubsequence("--suite", "trixie", "--mirror", "https://deb.example/debian")
        .containsSubsequence("--kernel-options", "net.ifnames=0", "--host-keys", "ed25519,rsa")
        .endsWith("--out", "${run.cache}");
    assertThat(build.input().orElseThrow().toString()).startsWith("#!/usr/bin/env bash");
    assertThat(build.outputs()).containsKeys("path", "digest", "virtual-size", "verified");
    assertThat(param(plan, "name")).containsExactly(Text.of("debian-13-built"));
    assertThat(param(plan, "ciuser")).containsExactly(Text.of("debian"));
    assertThat(PlanText.script(plan)).contains("run_cache=", "image_path=$(printf");
  }

  @Test
  void aBuilderForAnotherMirrorOrReleaseIsRefused() {
    assertThat(refused("from-packages=debian-11")).hasSize(1);
    assertThat(refused("from-packages=debian-13", "mirror=file:///x; rm -rf /")).hasSize(1);
    assertThat(refused("image=debian-13", "mirror=host").getFirst().what())
        .contains("does not apply");
  }

  // ---- Ignition and Talos ----

  @Test
  void anIgnitionFileTakesThePlaceOfUserData() {
    Plan plan =
        plan(
            URL,
            SHA256,
            "provisioning=ignition",
            "ignition=variant: flatcar\nversion: 1.0.0\nstorage: {files: [{path: /etc/x}]}\n",
            "ignition-keys=" + KEY);
    assertThat(param(plan, "cicustom").toString()).contains("user=");
    assertThat(PlanCalls.call(plan, "create").params().keySet())
        .contains("scsi1")
        .doesNotContain("ciuser", "sshkeys", "ipconfig0");
    Step.Write write = (Step.Write) step(plan, "snippet-user");
    assertThat(write.content().toString()).contains("\"3.3.0\"", "/etc/x", KEY);
  }

  @Test
  void anIgnitionFileIsCheckedBeforeAnythingIsMade() {
    List<Problem> problems =
        refused(
            URL,
            SHA256,
            "provisioning=ignition",
            "ignition=variant: fcos\nversion: 1.5.0\nstorage: {filse: [], files: [{path: x}]}\n");
    assertThat(problems.stream().map(Problem::slug)).containsOnly("ignition-invalid");
    assertThat(refused(URL, SHA256, "provisioning=ignition").stream().map(Problem::slug))
        .containsExactly("ignition-locked");
    assertThat(refused("image=debian-12", "ignition=x").getFirst().what())
        .contains("does not apply");
  }

  @Test
  void theConfigurationOfTalosStaysASecret() {
    Plan plan = plan(URL, SHA256, "provisioning=talos", "talos-config=secret:talos", "ipv4=dhcp");
    Step.Write write = (Step.Write) step(plan, "snippet-user");
    assertThat(write.content()).isEqualTo(Text.secret("talos"));
    assertThat(write.mode()).isEqualTo(0600);
    assertThat(param(plan, "cicustom").toString()).contains("user=");
    assertThat(PlanCalls.call(plan, "create").params().keySet())
        .contains("ipconfig0")
        .doesNotContain("ciuser");
    assertThat(plan(URL, SHA256, "provisioning=talos").steps().stream().map(Step::id))
        .doesNotContain("snippet-user");
  }

  // ---- the catalogue's own ----

  @Test
  void theImagesOfTheCatalogueGetWhatTheyRead() {
    Plan flatcar = plan("image=flatcar", "ignition-keys=" + KEY);
    assertThat(param(flatcar, "cicustom").toString()).contains("user=files:snippets/");
    Plan coreos = plan("image=fedora-coreos-stable", "ignition-keys=" + KEY);
    assertThat(param(coreos, "cicustom").toString()).contains("vendor=files:snippets/");
    Plan opnsense = plan("image=opnsense-26.7");
    assertThat(PlanCalls.call(opnsense, "create").params().keySet())
        .doesNotContain("ciuser", "ipconfig0", "cicustom");
    Plan talos = plan("image=talos", URL, SHA256, "talos-config=secret:t");
    assertThat(param(talos, "cicustom").toString()).contains("user=files:snippets/");
    assertThat(param(talos, "tags").toString()).contains("talos");
  }

  @Test
  void whatMustBeFetchedByHandIsTakenFromAFile() {
    String manual =
        CATALOGUE.images().stream()
            .filter(image -> image.kind() == Kind.MANUAL)
            .findFirst()
            .orElseThrow()
            .id();
    assertThat(refused("image=" + manual).stream().map(Problem::slug))
        .containsExactly("image-not-usable");
    Plan plan = plan("image=" + manual, "image-file=/srv/own.qcow2");
    assertThat(param(plan, "tags").toString()).contains(manual);
  }

  @Test
  void anArchiveWithSeveralFilesIsToldWhichIsTheDisk() {
    Plan plan = plan("image-file=/srv/two.zip", "archive-member=disk-1.*");
    assertThat(fetch(plan).member()).contains("disk-1.*");
    assertThat(fetch(plan("url=https://example.com/own.ova", SHA256)).member()).contains("*.vmdk");
    assertThat(fetch(plan("image-file=/srv/number#1?.qcow2.xz")).compression()).isEqualTo("xz");
  }

  @ParameterizedTest
  @ValueSource(strings = {"image-file=/srv/x.qcow2", "volume=local:import/x.qcow2"})
  void twoSourcesAreNotOneOfThem(String other) {
    assertThat(refused(URL, SHA256, other))
        .extracting(Problem::what)
        .anySatisfy(what -> assertThat(what).contains("--url").contains("disk comes from"));
  }

  /** Else somebody thinks that the image of the catalogue was checked against it. */
  @Test
  void aDigestWithoutAFileOfOnesOwnIsRefused() {
    assertThat(refused("image=debian-12", SHA256))
        .extracting(Problem::where)
        .containsExactly("--sha256");
  }
}
