package dev.proxkiln.template.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.core.facts.StorageFacts;
import dev.proxkiln.core.facts.TargetKind;
import dev.proxkiln.core.module.Finding;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.template.Fixtures;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NodeFindingsTest {
  private static NodeFindings of(StorageFacts... storages) {
    return new NodeFindings(Fixtures.facts(TargetKind.REST, false, List.of(storages)));
  }

  @Test
  void findsNothingWrongOnAGoodNode() {
    assertThat(new NodeFindings(Fixtures.sandbox()).all(Optional.empty(), Fixtures.GIB))
        .extracting(Finding::state)
        .containsOnly(Finding.State.OK);
  }

  @Test
  void namesTheWholeNewListAndMendsBothKindsOfFilesWithOneStep() {
    List<Finding> findings =
        of(
                Fixtures.storage("local", "dir", "iso", "vztmpl"),
                Fixtures.storage("t", "lvmthin", "images"))
            .all(Optional.empty(), Fixtures.GIB);
    List<Finding> wrong = findings.stream().filter(f -> f.state() != Finding.State.OK).toList();
    assertThat(wrong)
        .extracting(Finding::mend)
        .containsExactly(
            "pvesm set local --content import,iso,snippets,vztmpl",
            "pvesm set local --content import,iso,snippets,vztmpl");
    List<Step> steps = wrong.stream().map(f -> f.step().orElseThrow()).distinct().toList();
    assertThat(steps).hasSize(1);
    assertThat(steps.getFirst().undo()).hasSize(1);
  }

  @Test
  void saysThatAStorageIsTooFullMissingOrSwitchedOff() {
    NodeFindings node = of(Fixtures.storage("t", "lvmthin", "images"));
    assertThat(node.disks(Optional.of("t"), 501 * Fixtures.GIB).what()).contains("512000 MiB free");
    assertThat(node.disks(Optional.of("nope"), 1).state()).isEqualTo(Finding.State.BAD);
    StorageFacts off =
        new StorageFacts(
            "off",
            "nfs",
            Fixtures.STORAGES.getFirst().content(),
            false,
            true,
            Optional.empty(),
            Optional.empty());
    assertThat(of(off).disks(Optional.of("off"), 1).mend()).isEqualTo("pvesm set off --disable 0");
  }

  @Test
  void readsTheLevelOfAProcessorFromItsFlags() {
    String two = "fpu aes cx16 lahf_lm popcnt sse4_1 sse4_2 ssse3";
    String three = two + " avx avx2 bmi1 bmi2 f16c fma abm movbe xsave";
    Processor old = Processor.of("fpu sse2").orElseThrow();
    assertThat(old.level()).isEqualTo(1);
    assertThat(old.runs("x86-64-v2-AES")).isFalse();
    assertThat(old.runs("kvm64")).isTrue();
    assertThat(Processor.of(two).orElseThrow().runs("x86-64-v2-AES")).isTrue();
    assertThat(Processor.of(two.replace("aes ", "")).orElseThrow().runs("x86-64-v2-AES")).isFalse();
    assertThat(Processor.of(two).orElseThrow().runs("x86-64-v3")).isFalse();
    assertThat(Processor.of(three).orElseThrow().word()).isEqualTo("x86-64-v3");
    assertThat(Processor.of(" ")).isEmpty();
  }
}
