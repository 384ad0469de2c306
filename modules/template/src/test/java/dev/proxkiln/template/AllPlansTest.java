package dev.proxkiln.template;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.StorageFacts;
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
import dev.proxkiln.template.catalogue.Usable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Every image of the catalogue, on every type of storage, with every firmware that it has, makes a
 * plan whose calls every release of PVE accepts; or it is refused for the reason that the catalogue
 * knows.
 */
class AllPlansTest {

  /** Types of storage that take disks, each with a name of its own. */
  private static final List<String> TYPES =
      List.of("dir", "btrfs", "nfs", "cifs", "lvm", "lvmthin", "zfspool", "rbd", "zfs", "iscsi");

  private static final Action<?> CREATE = Fixtures.action("template create");
  private static final List<Image> IMAGES = new Catalogue(new FolderResources()).images();

  private final List<String> wrong = new ArrayList<>();
  private int plans;

  private static Facts facts(TargetKind kind, String type, String version) {
    StorageFacts files = Fixtures.storage("files", "dir", "import", "snippets");
    StorageFacts disks = Fixtures.storage("disks", type, "images");
    Facts some = Fixtures.facts(kind, kind != TargetKind.REST, List.of(disks, files));
    return new Facts(
        some.target(),
        some.address(),
        version,
        some.node(),
        some.nodes(),
        some.quorate(),
        some.storages(),
        some.bridges(),
        some.guests(),
        some.pools(),
        some.nextId(),
        some.rootSession());
  }

  private static Checked<Plan> plan(Image image, Firmware firmware, Facts facts) {
    return CREATE.plan(
        Fixtures.values("image=" + image.id(), "firmware=" + firmware.word(), "storage=disks"),
        facts);
  }

  private void check(Image image, Firmware firmware, Facts facts, String version) {
    String name = image.id() + " " + firmware.word() + " on " + facts.storages().getFirst().type();
    switch (plan(image, firmware, facts)) {
      case Checked.Valid<Plan>(Plan plan) -> {
        plans++;
        PlanCalls.violations(plan, version).forEach(fault -> wrong.add(name + ": " + fault));
      }
      case Checked.Invalid<Plan>(List<Problem> problems) ->
          wrong.add(name + ": " + problems.getFirst().what());
    }
  }

  @Test
  void everyImageOnEveryStorageMakesAPlanThatEveryReleaseAccepts() {
    for (String version : Contract.versions()) {
      for (String type : TYPES) {
        Facts here = facts(TargetKind.SANDBOX, type, version);
        Facts far = facts(TargetKind.REST, type, version);
        for (Image image : IMAGES) {
          for (Firmware firmware : image.firmware("amd64")) {
            if (refusal(image, firmware).isEmpty()) {
              check(image, firmware, here, version);
              check(image, firmware, far, version);
            }
          }
        }
      }
    }
    assertThat(wrong.stream().distinct().limit(20)).isEmpty();
    assertThat(plans).isGreaterThan(6000);
  }

  private static Optional<Problem> refusal(Image image, Firmware firmware) {
    Optional<Download> download = image.download("amd64", firmware);
    return Usable.refusal("--image", image)
        .or(() -> download.flatMap(file -> Usable.refusal("--image", image, file)));
  }

  @Test
  void whatCannotBeMadeIsRefusedForAReason() {
    Facts facts = facts(TargetKind.SANDBOX, "dir", "9.2.3");
    Map<String, List<String>> slugs = new TreeMap<>();
    for (Image image : IMAGES) {
      for (Firmware firmware : image.firmware("amd64")) {
        if (refusal(image, firmware).isPresent()) {
          slugs.put(
              image.id(),
              switch (plan(image, firmware, facts)) {
                case Checked.Valid<Plan> _ -> List.of("makes a plan");
                case Checked.Invalid<Plan>(List<Problem> problems) ->
                    problems.stream().map(Problem::slug).toList();
              });
        }
      }
    }
    assertThat(slugs).isNotEmpty();
    assertThat(slugs.values())
        .allSatisfy(all -> assertThat(all).containsExactly("image-not-usable"));
  }
}
