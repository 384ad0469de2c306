package dev.proxkiln.template;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.core.call.PveCall;
import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.TargetKind;
import dev.proxkiln.core.module.Action;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.spec.Checked;
import dev.proxkiln.sandbox.contract.Contract;
import dev.proxkiln.template.catalogue.Catalogue;
import dev.proxkiln.template.catalogue.Download;
import dev.proxkiln.template.catalogue.Firmware;
import dev.proxkiln.template.catalogue.Image;
import dev.proxkiln.template.catalogue.Provisioning;
import dev.proxkiln.template.catalogue.Usable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Every image of the catalogue, on every type of storage, makes a plan whose calls every release of
 * PVE accepts; or it is refused for the reason that the catalogue knows.
 */
class AllPlansTest {

  /** Types of storage that take disks, each with a name of its own. */
  private static final List<String> TYPES =
      List.of("dir", "btrfs", "nfs", "cifs", "lvm", "lvmthin", "zfspool", "rbd", "zfs", "iscsi");

  private static final String KEY =
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJxM3v8cUrmnZYjC6Wq7mBf0o8TQZ7ebgm4xQ3F0Zr1p me@desk";

  private static final Action<?> CREATE = Fixtures.action("template create");
  private static final List<Image> IMAGES = new Catalogue(new FolderResources()).images();

  private final List<String> wrong = new ArrayList<>();
  private final Map<String, List<String>> checked = new HashMap<>();
  private int plans;

  private static Facts facts(TargetKind kind, String type) {
    return Fixtures.facts(
        kind,
        kind != TargetKind.REST,
        List.of(
            Fixtures.storage("disks", type, "images"),
            Fixtures.storage("files", "dir", "import", "snippets")));
  }

  private static Checked<Plan> plan(Image image, Firmware firmware, Facts facts) {
    List<String> settings =
        new ArrayList<>(
            List.of("image=" + image.id(), "firmware=" + firmware.word(), "storage=disks"));
    if (image.provisioning() == Provisioning.IGNITION) {
      settings.add("ignition-keys=" + KEY);
    }
    return CREATE.plan(Fixtures.values(settings.toArray(String[]::new)), facts);
  }

  private void check(Image image, Firmware firmware, Facts facts) {
    String name = image.id() + " " + firmware.word() + " on " + facts.storages().getFirst().type();
    switch (plan(image, firmware, facts)) {
      case Checked.Valid<Plan>(Plan plan) -> {
        plans++;
        for (PveCall call : PlanCalls.of(plan)) {
          // Most calls of all plans are the same.
          faults(call).forEach(fault -> wrong.add(name + ": " + fault));
        }
      }
      case Checked.Invalid<Plan>(List<Problem> problems) ->
          wrong.add(name + ": " + problems.getFirst().what());
    }
  }

  private List<String> faults(PveCall call) {
    String path = PlanCalls.text(call.path());
    Map<String, Object> params = PlanCalls.params(call);
    return checked.computeIfAbsent(
        call.verb() + " " + path + " " + params,
        key ->
            Contract.versions().stream()
                .flatMap(
                    version ->
                        Contract.of(version).check(call.verb().name(), path, params).stream()
                            .map(violation -> version + " " + path + ": " + violation))
                .toList());
  }

  @Test
  void everyImageOnEveryTypeOfStorageMakesAPlanThatEveryReleaseAccepts() {
    for (String type : TYPES) {
      Facts facts = facts(TargetKind.SANDBOX, type);
      for (Image image : IMAGES) {
        Firmware firmware = firmware(image);
        if (refusal(image, firmware).isEmpty()) {
          check(image, firmware, facts);
        }
      }
    }
    assertThat(wrong.stream().distinct().limit(20)).isEmpty();
    assertThat(plans).isGreaterThan(90 * TYPES.size());
  }

  private static Firmware firmware(Image image) {
    return image.firmware("amd64").contains(Firmware.UEFI) ? Firmware.UEFI : Firmware.BIOS;
  }

  private static Optional<Problem> refusal(Image image, Firmware firmware) {
    Optional<Download> download = image.download("amd64", firmware);
    return Usable.refusal("--image", image)
        .or(() -> download.flatMap(file -> Usable.refusal("--image", image, file)));
  }

  @Test
  void whatCannotBeMadeIsRefusedForAReason() {
    Facts facts = facts(TargetKind.SANDBOX, "dir");
    Map<String, List<String>> slugs = new TreeMap<>();
    for (Image image : IMAGES) {
      if (refusal(image, firmware(image)).isPresent()) {
        slugs.put(
            image.id(),
            switch (plan(image, firmware(image), facts)) {
              case Checked.Valid<Plan> _ -> List.of("makes a plan");
              case Checked.Invalid<Plan>(List<Problem> problems) ->
                  problems.stream().map(Problem::slug).toList();
            });
      }
    }
    assertThat(slugs).isNotEmpty();
    assertThat(slugs.values()).allSatisfy(all -> assertThat(all).contains("image-not-usable"));
  }
}
