package dev.proxkiln.template.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.template.FolderResources;
import java.net.URI;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the shipped catalogue promises as a whole. */
class ShippedImagesTest {

  private static final Catalogue CATALOGUE = new Catalogue(new FolderResources());

  private static final Set<String> FAMILIES =
      Set.of(
          "debian", "rhel", "suse", "arch", "alpine", "gentoo", "alt", "nix", "guix", "void",
          "mageia", "photon", "bsd", "illumos", "openwrt", "windows", "other");

  @Test
  void hasWhatThePagePromises() {
    List<Image> images = CATALOGUE.images();
    assertThat(images).hasSizeGreaterThanOrEqualTo(130);
    assertThat(images.stream().map(Image::distribution).distinct()).hasSizeGreaterThanOrEqualTo(45);
    List<Image> usable =
        images.stream()
            .filter(i -> Usable.refusal("", i).isEmpty())
            .filter(i -> i.downloads().stream().anyMatch(Download::verifiable))
            .toList();
    assertThat(usable).as("by a download alone").hasSizeGreaterThanOrEqualTo(90);
    LocalDate day = LocalDate.parse("2026-11-20");
    assertThat(
            usable.stream().filter(i -> Support.on(i.eol(), i.eolExtended(), day) != Support.ENDED))
        .as("of those, still maintained")
        .hasSizeGreaterThanOrEqualTo(70);
    assertThat(images.stream().filter(i -> i.architectures().contains("arm64")))
        .hasSizeGreaterThanOrEqualTo(45);
  }

  @Test
  void everyImageIsWhole() {
    CATALOGUE
        .images()
        .forEach(
            image -> {
              assertThat(image.title()).isNotBlank();
              assertThat(image.version()).isNotBlank();
              assertThat(image.publisher()).isNotBlank();
              assertThat(FAMILIES).contains(image.family());
              assertThat(image.firmware("amd64")).isNotEmpty();
              assertThat(image.needs().memory()).isGreaterThanOrEqualTo(64L << 20);
              assertThat(image.needs().virtualSize().orElse(0L))
                  .isLessThanOrEqualTo(image.needs().minDisk());
            });
  }

  @Test
  void kindAndProvisioningAgree() {
    CATALOGUE
        .images()
        .forEach(
            image -> {
              Provisioning provisioning = image.provisioning();
              switch (image.kind()) {
                case APPLIANCE, INSTALLER_ISO ->
                    assertThat(provisioning).isEqualTo(Provisioning.NONE);
                case CLOUD_IMAGE, MANUAL -> {}
              }
              assertThat(image.downloads())
                  .allMatch(d -> d.format().equals("iso") == (image.kind() == Kind.INSTALLER_ISO));
            });
  }

  private static List<Download> downloads() {
    return CATALOGUE.images().stream().flatMap(image -> image.downloads().stream()).toList();
  }

  @Test
  void addressesOfOneFileBelongTogether() {
    List<String> strangers = new ArrayList<>();
    for (Download download : downloads()) {
      download
          .checksum()
          .map(Download.Checksum::url)
          .ifPresent(url -> meet(download, url, strangers));
      download.pinned().map(Download.Pinned::url).ifPresent(url -> meet(download, url, strangers));
    }
    assertThat(strangers).isEmpty();
  }

  private static void meet(Download download, String url, List<String> strangers) {
    if (!URI.create(url).getHost().equals(URI.create(download.url()).getHost())) {
      strangers.add(download.url() + " has " + url);
    }
  }

  @Test
  void aNewerBuildIsFoundByAPatternThatFindsThisOne() {
    List<String> blind = new ArrayList<>();
    for (Download download : downloads()) {
      String known = download.pinned().map(Download.Pinned::url).orElse(download.url());
      boolean moves = download.pinned().isEmpty() && download.checksum().isPresent();
      if (download.newest().isPresent()
          && !moves
          && !download.newest().get().pattern().matcher(known).find()) {
        blind.add(known + " by " + download.newest().get().pattern());
      }
    }
    assertThat(blind).isEmpty();
  }
}
