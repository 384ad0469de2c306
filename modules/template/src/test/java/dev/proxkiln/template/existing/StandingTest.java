package dev.proxkiln.template.existing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.GuestFacts;
import dev.proxkiln.core.facts.TargetKind;
import dev.proxkiln.core.plan.Fetch;
import dev.proxkiln.core.port.Publishers;
import dev.proxkiln.core.problem.CoreSlug;
import dev.proxkiln.template.FolderResources;
import dev.proxkiln.template.catalogue.Catalogue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class StandingTest {
  private static final Map<String, String> CONFIG =
      Map.of(
          "meta", "creation-qemu=10.1.2,ctime=1763719200",
          "bios", "seabios",
          "description",
              "Mine.\n\n- digest: sha512:ab\n\nBoot test: passed (all), 2026-11-20, run abd\n");

  private final List<Fetch> asked = new ArrayList<>();

  private Standing standing(String digest) {
    Publishers publishers =
        new Publishers() {
          @Override
          public There there(String url, boolean insecure) {
            throw new AssertionError(url);
          }

          @Override
          public String read(String url, boolean insecure) {
            throw new AssertionError(url);
          }

          @Override
          public Stated stated(Fetch fetch) {
            asked.add(fetch);
            if (digest.isEmpty()) {
              throw CoreSlug.UNEXPECTED.problem("", "It does not answer.", "", "").raise();
            }
            return new Stated(digest, "sha512");
          }
        };
    return new Standing(new Catalogue(new FolderResources()), () -> publishers);
  }

  @Test
  void theConfigurationTellsOfItsMakingAndItsTest() {
    assertThat(Standing.made(CONFIG)).startsWith("2025-11-2");
    assertThat(Standing.tested(CONFIG)).isEqualTo("passed");
    assertThat(Standing.made(Map.of())).isEmpty();
    assertThat(Standing.tested(null)).isEqualTo("never");
  }

  @Test
  void thePublisherIsAskedOnceForAnImage() {
    Standing newer = standing("sha512:cd");
    assertThat(newer.upstream("debian-13", CONFIG)).isEqualTo("newer");
    assertThat(newer.upstream("debian-13", CONFIG)).isEqualTo("newer");
    assertThat(asked).hasSize(1);
    assertThat(standing("sha512:ab").upstream("debian-13", CONFIG)).isEqualTo("same");
    assertThat(standing("").upstream("debian-13", CONFIG)).isEqualTo("unknown");
    assertThat(standing("sha512:ab").upstream("", CONFIG)).isEqualTo("unknown");
    assertThat(standing("sha512:ab").upstream("debian-13", Map.of())).isEqualTo("unknown");
  }

  @Test
  void aCloneHasTheMarksOfItsTemplate() {
    GuestFacts template = guest(9000, true, "proxkiln", "run-a");
    List<GuestFacts> guests =
        List.of(
            template,
            guest(101, false, "proxkiln", "run-a", "prod"),
            guest(102, false, "proxkiln", "run-b"),
            guest(9001, true, "proxkiln", "run-a", "run-c", "copy"));
    Facts facts =
        new Facts(
            TargetKind.SANDBOX,
            "sandbox",
            "9.2.3",
            "pve",
            List.of("pve"),
            true,
            List.of(),
            List.of(),
            guests,
            List.of(),
            OptionalLong.empty(),
            true);
    assertThat(Standing.clones(template, facts)).isEqualTo(1);
    assertThat(Standing.clones(guest(9002, true, "other"), facts)).isZero();
  }

  private static GuestFacts guest(long vmid, boolean template, String... tags) {
    return new GuestFacts(vmid, "g" + vmid, "pve", "qemu", template, false, List.of(tags));
  }
}
