package dev.proxkiln.template.source;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileNameTest {

  @ParameterizedTest
  @CsvSource({
    "https://example.com/a/haos_ova-18.2.qcow2.xz?x=1, xz, , haos-ova-18.2",
    "https://example.com/OPNsense-26.7-nano-amd64.img.bz2, bz2, , opnsense-26.7-nano-amd64",
    "/srv/My Image (1).raw, none, , my-image-1",
    "appliance.ova, tar, *.vmdk, appliance",
    "chr-7.24.img.zip, zip, , chr-7.24",
    "disk.tar.gz, tar.gz, , disk",
    "x.tgz, tar.gz, , x",
    "import/web.qcow2, none, , web",
    "100/vm-100-disk-0.qcow2, none, , vm-100-disk-0",
    "..., none, , own-image",
  })
  void saysHowItIsPackedAndWhatToCallIt(String path, String compression, String member, String id) {
    FileName name = FileName.of(path);
    assertThat(name.compression()).isEqualTo(compression);
    assertThat(name.member().orElse(null)).isEqualTo(member);
    assertThat(name.id()).isEqualTo(id);
  }
}
