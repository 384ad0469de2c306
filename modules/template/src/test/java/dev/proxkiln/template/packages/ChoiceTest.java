package dev.proxkiln.template.packages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.template.FolderResources;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

class ChoiceTest {
  private static final Distribution DEBIAN =
      new Distribution("apt", "debian", "debian-12", "Debian 12");
  private static final Distribution TRIXIE =
      new Distribution("apt", "debian", "debian-13", "Debian 13");
  private static final Distribution ROCKY =
      new Distribution("dnf", "rhel", "rocky-9", "Rocky Linux 9");
  private static final Distribution FEDORA =
      new Distribution("dnf", "rhel", "fedora-42", "Fedora 42");
  private static final Distribution AMAZON =
      new Distribution("dnf", "rhel", "amazon-2023", "Amazon Linux 2023");
  private static final Distribution MICRO =
      new Distribution("transactional-update", "suse", "microos", "MicroOS");
  private static final Choice.Places PLACES =
      new Choice.Places("--packages", "--package-category", "--preset");

  private final PackageSets sets = new PackageSets(new FolderResources());

  private Choice choose(Distribution distribution, String... packages) {
    return Choice.of(
        new Choice.Wish(List.of(packages), List.of(), List.of()), distribution, sets, PLACES);
  }

  private Choice preset(Distribution distribution, String preset) {
    return Choice.of(
        new Choice.Wish(List.of(), List.of(), List.of(preset)), distribution, sets, PLACES);
  }

  @Test
  void thereAreManyPackagesInSixteenCategoriesAndSixPresets() {
    assertThat(sets.entries()).hasSizeGreaterThanOrEqualTo(160);
    assertThat(sets.categories()).hasSize(16);
    Map<String, Long> sizes =
        sets.entries().stream()
            .collect(Collectors.groupingBy(PackageEntry::category, Collectors.counting()));
    assertThat(sizes.keySet())
        .containsExactlyInAnyOrderElementsOf(sets.categories().stream().map(Category::id).toList());
    assertThat(sets.presets())
        .extracting(Preset::id)
        .containsExactly(
            "minimal", "server", "docker-host", "kubernetes-node", "developer", "monitoring");
    assertThat(sets.entries()).allMatch(entry -> !entry.about().isBlank());
    // No distribution here ships it.
    assertThat(sets.entries().stream().filter(entry -> entry.names().isEmpty()))
        .extracting(PackageEntry::id)
        .isSubsetOf("mongodb");
  }

  @Test
  void everyDistributionGetsItsOwnNames() {
    assertThat(choose(DEBIAN, "fd", "dns-tools").names())
        .containsExactly("fd-find", "bind9-dnsutils");
    assertThat(choose(FEDORA, "fd", "dns-tools").names()).containsExactly("fd-find", "bind-utils");
    assertThat(choose(ROCKY, "build-essential").names()).containsExactly("gcc", "gcc-c++", "make");
  }

  @Test
  void everyWrongNameIsReportedAtOnceWithTheNearest() {
    Choice choice = choose(DEBIAN, "htopp", "kubeadm", "bind-utils", "curl");
    assertThat(choice.problems())
        .extracting(Problem::slug)
        .containsExactly("package-unknown", "package-unavailable", "package-unknown");
    assertThat(choice.problems().get(0).next()).contains("'htop'").contains("raw:htopp");
    assertThat(choice.problems().get(2).next()).contains("'dns-tools'");
    assertThat(choice.problems()).allMatch(problem -> problem.where().equals("--packages"));
  }

  @Test
  void aReleaseMayLackWhatTheNextOneHas() {
    assertThat(choose(DEBIAN, "eza").problems())
        .extracting(Problem::slug)
        .containsExactly("package-unavailable");
    assertThat(choose(TRIXIE, "eza").names()).containsExactly("eza");
    assertThat(choose(FEDORA, "docker").problems()).isEmpty();
    assertThat(choose(ROCKY, "docker").problems()).hasSize(1);
  }

  @Test
  void aNameOfTheDistributionIsTakenAsItIs() {
    assertThat(choose(ROCKY, "raw:my-agent", "curl").names()).containsExactly("my-agent", "curl");
  }

  @Test
  void packagesOfEpelBringTheRepositoryWhereThereIsOne() {
    Choice choice = choose(ROCKY, "htop", "curl", "ncdu");
    assertThat(choice.repositories()).containsExactly("epel-release");
    assertThat(choice.names()).containsExactly("htop", "curl", "ncdu");
    assertThat(choose(FEDORA, "htop").repositories()).isEmpty();
    assertThat(choose(AMAZON, "htop").problems().getFirst().why()).contains("EPEL");
    assertThat(
            choose(new Distribution("dnf", "rhel", "oracle-9", "Oracle Linux 9"), "htop")
                .repositories())
        .containsExactly("oracle-epel-release-el9");
  }

  @Test
  void aPresetTakesWhatThereIsOfItsOptionalPartAndNeedsTheRest() {
    Choice debian = preset(DEBIAN, "kubernetes-node");
    assertThat(debian.problems()).isEmpty();
    assertThat(debian.names()).contains("containerd", "conntrack", "kubernetes-client");
    assertThat(debian.leftOut()).contains("kubeadm", "kubelet");
    assertThat(preset(ROCKY, "docker-host").problems().getFirst().what())
        .contains("'docker'")
        .contains("preset 'docker-host'");
    for (Preset one : sets.presets()) {
      assertThat(preset(TRIXIE, one.id()).problems()).as(one.id()).isEmpty();
    }
  }

  @Test
  void aCategoryLeavesOutWhatTheDistributionLacks() {
    Choice choice =
        Choice.of(new Choice.Wish(List.of(), List.of("editors"), List.of()), DEBIAN, sets, PLACES);
    assertThat(choice.problems()).isEmpty();
    assertThat(choice.names()).contains("vim", "nano");
    assertThat(choice.leftOut()).containsExactly("helix");
  }

  @Test
  void unknownSetsAreReported() {
    Choice choice =
        Choice.of(
            new Choice.Wish(List.of(), List.of("editor"), List.of("serverr")),
            DEBIAN,
            sets,
            PLACES);
    assertThat(choice.problems())
        .extracting(Problem::where)
        .containsExactly("--preset", "--package-category");
    assertThat(choice.problems().getFirst().next()).contains("'server'");
  }

  @Test
  void aSystemWithoutAPackageManagerSaysSo() {
    assertThat(choose(MICRO, "raw:x").problems())
        .extracting(Problem::slug)
        .containsExactly("packages-unsupported");
    assertThat(choose(MICRO, "htop").problems())
        .singleElement()
        .satisfies(problem -> assertThat(problem.why()).contains("read-only"));
    Distribution bsd = new Distribution("pkg", "bsd", "freebsd-15.1", "FreeBSD 15.1");
    assertThat(choose(bsd, "htop").problems())
        .singleElement()
        .satisfies(problem -> assertThat(problem.why()).contains("no names for pkg"));
    assertThat(choose(MICRO).problems()).isEmpty();
  }

  @Test
  void aFaultyFileIsReportedWhole() {
    PackageSets faulty =
        new PackageSets(
            new FolderResources()
                .with(
                    "packages/mine.yaml",
                    "category: mine\npackages:\n"
                        + "  - {id: 'a b', apt: x}\n"
                        + "  - {id: mine, apt: 'rm;ls', colour: red}\n"
                        + "  - {id: curl, apt: curl}\n"));
    Assertions.assertThatThrownBy(faulty::entries)
        .isInstanceOfSatisfying(
            ProblemException.class,
            e ->
                assertThat(e.problems().toString())
                    .contains("'a b'")
                    .contains("'rm;ls'")
                    .contains("'colour'")
                    .contains("category"));
  }
}
