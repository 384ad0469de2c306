package dev.proxkiln.template.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.proxkiln.core.plan.Fetch;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.template.FolderResources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CatalogueTest {

  private static final String OWN =
      """
      distribution: own
      images:
        - id: own-1
          title: Own image
          user: ops
          firmware: bios
          min-disk: 3G
          downloads:
            - url: http://127.0.0.1:8080/own.qcow2
              insecure: true
              checksum: {url: "http://127.0.0.1:8080/SHA512SUMS", form: gnu, algorithm: sha512}
              signature: {url: "http://127.0.0.1:8080/SHA512SUMS.sig", fingerprint: 0123456789012345678901234567890123456789}
      """;

  private static Catalogue with(String name, String text) {
    return new Catalogue(new FolderResources().with("images/" + name, text));
  }

  private static List<Problem> problemsOf(String text) {
    return catchThrowableOfType(ProblemException.class, () -> with("own.yaml", text).images())
        .problems();
  }

  @Test
  void indexHoldsWhatTheFilesSay() throws IOException {
    String wanted = new Catalogue(new FolderResources()).index();
    Path file = FolderResources.HOME.resolve("templates/images").resolve(CatalogueIndex.NAME);
    if (Boolean.getBoolean("proxkiln.update")) {
      Files.writeString(file, wanted);
    }
    assertThat(file)
        .as(
            "made again by: mvn -pl modules/template -am test -Dtest.jvm.args=-Dproxkiln.update=true")
        .content()
        .isEqualTo(wanted);
  }

  @Test
  void listFromTheIndexIsTheListFromTheFiles() {
    List<Listed> fromFiles =
        new Catalogue(new FolderResources().with("images/" + CatalogueIndex.NAME, "")).list();
    assertThat(new Catalogue(new FolderResources()).list()).isEqualTo(fromFiles);
  }

  @Test
  void changedFileIsNotTakenFromTheIndex() {
    String debian =
        new FolderResources()
            .read("images/debian.yaml")
            .orElseThrow()
            .replace("debian-13\n", "debian-x\n");
    assertThat(with("debian.yaml", debian).list().stream().map(Listed::id)).contains("debian-x");
  }

  @Test
  void findsImagesByIdAndAlias() {
    Catalogue catalogue = new Catalogue(new FolderResources());
    assertThat(catalogue.find("bookworm").map(Image::id)).contains("debian-12");
    assertThat(catalogue.find("debian-12").map(Image::id)).contains("debian-12");
    assertThat(catalogue.find("debian-99")).isEmpty();
    assertThat(catalogue.unknown("--image", "debain-12").next()).contains("debian-12");
  }

  @Test
  void supportFollowsTheCalendar() {
    Image image = new Catalogue(new FolderResources()).find("debian-12").orElseThrow();
    assertThat(on(image, "2026-07-11")).isEqualTo(Support.SUPPORTED);
    assertThat(on(image, "2026-07-12")).isEqualTo(Support.EXTENDED);
    assertThat(on(image, "2028-06-30")).isEqualTo(Support.EXTENDED);
    assertThat(on(image, "2028-07-01")).isEqualTo(Support.ENDED);
    Image rolling = new Catalogue(new FolderResources()).find("archlinux").orElseThrow();
    assertThat(on(rolling, "2050-01-01")).isEqualTo(Support.OPEN);
  }

  private static Support on(Image image, String day) {
    return Support.on(image.eol(), image.eolExtended(), LocalDate.parse(day));
  }

  @Test
  void readsAnImageOfTheUsers() {
    Image image = with("own.yaml", OWN).find("own-1").orElseThrow();
    assertThat(image.needs().user()).isEqualTo("ops");
    assertThat(image.needs().minDisk()).isEqualTo(3L << 30);
    assertThat(image.firmware("amd64")).containsExactly(Firmware.BIOS);
    Fetch fetch =
        image
            .download("amd64", Firmware.BIOS)
            .orElseThrow()
            .fetch(false, Set.of("0123456789012345678901234567890123456789"));
    assertThat(fetch.insecure()).isTrue();
    assertThat(fetch.trust())
        .isEqualTo(
            new Fetch.Published(
                "sha512",
                "http://127.0.0.1:8080/SHA512SUMS",
                "gnu",
                "own.qcow2",
                java.util.Optional.of(
                    new Fetch.Signed(
                        java.util.Optional.of("http://127.0.0.1:8080/SHA512SUMS.sig"),
                        "0123456789012345678901234567890123456789"))));
  }

  @Test
  void signatureIsAskedForOnlyWhereTheKeyIsAtHand() {
    Image image = with("own.yaml", OWN).find("own-1").orElseThrow();
    Fetch fetch = image.download("amd64", Firmware.BIOS).orElseThrow().fetch(false, Set.of());
    assertThat(((Fetch.Published) fetch.trust()).signature()).isEmpty();
  }

  @Test
  void pinnedBuildComesWithItsDigest() {
    Image image = new Catalogue(new FolderResources()).find("debian-12").orElseThrow();
    Fetch fetch = image.download("amd64", Firmware.BIOS).orElseThrow().fetch(true, Set.of());
    assertThat(fetch.url()).contains("20260712");
    assertThat(fetch.trust()).isInstanceOf(Fetch.Pinned.class);
  }

  @Test
  void reportsEverythingThatIsWrongInAFileAtOnce() {
    List<Problem> problems =
        problemsOf(
            """
            distribution: own
            colour: red
            images:
              - id: Own 1
                consol: serial
                eol: soon
                min-disk: big
                downloads:
                  - url: http://example.org/x.qcow2
              - id: own-2
            """);
    assertThat(problems).allSatisfy(p -> assertThat(p.slug()).isEqualTo("catalogue-unreadable"));
    assertThat(problems.stream().map(Problem::what))
        .anyMatch(what -> what.contains("unknown key 'colour'"))
        .anyMatch(what -> what.contains("unknown key 'consol' (did you mean 'console'?)"))
        .anyMatch(what -> what.contains("'eol' is 'soon'"))
        .anyMatch(what -> what.contains("'min-disk' is 'big'"))
        .anyMatch(what -> what.contains("no https address"))
        .anyMatch(what -> what.contains("neither 'checksum' nor 'pinned'"))
        .anyMatch(what -> what.contains("small letters"))
        .anyMatch(what -> what.contains("image 'own-2': 'downloads' is missing"));
  }

  @Test
  void refusesBrokenYamlWithItsLine() {
    assertThat(problemsOf("distribution: own\nimages: [\n  }").getFirst().what())
        .contains("not YAML")
        .contains("line 2");
    assertThat(problemsOf("").getFirst().slug()).isEqualTo("catalogue-unreadable");
    assertThat(problemsOf("- 1\n").getFirst().slug()).isEqualTo("catalogue-unreadable");
  }

  @Test
  void refusesTwoImagesOfOneName() {
    String twice =
        OWN + OWN.substring(OWN.indexOf("  - id:")).replace("own-1", "own-2\n    aliases: [own-1]");
    assertThat(problemsOf(twice).getFirst().what()).contains("own-1").contains("another image");
  }

  @Test
  void anImageOfTheUsersHidesOurs() {
    Catalogue catalogue = with("own.yaml", OWN.replace("own-1", "debian-12"));
    assertThat(catalogue.find("debian-12").orElseThrow().title()).isEqualTo("Own image");
    assertThat(catalogue.find("bookworm")).as("the alias went with the image").isEmpty();
    assertThat(catalogue.list().stream().filter(i -> i.id().equals("debian-12"))).hasSize(1);
    assertThat(catalogue.images().stream().filter(i -> i.id().equals("debian-12"))).hasSize(1);
  }

  @Test
  void anImageOfTheUsersTakesAnAliasOfOurs() {
    Catalogue catalogue = with("own.yaml", OWN.replace("own-1", "own-1\n    aliases: [debian]"));
    assertThat(catalogue.find("debian").map(Image::id)).contains("own-1");
    assertThat(catalogue.find("trixie").map(Image::id)).contains("debian-13");
    assertThat(catalogue.find("debian-13").map(Image::id)).contains("debian-13");
  }

  @Test
  void aFileOfTheUsersReplacesOursOfThatName() {
    Catalogue catalogue = with("debian.yaml", OWN);
    assertThat(catalogue.find("debian-12")).isEmpty();
    assertThat(catalogue.find("own-1")).isPresent();
  }

  @Test
  void refusesWhatCannotBeTrustedOrDownloaded() {
    Catalogue catalogue = new Catalogue(new FolderResources());
    assertThat(refusal(catalogue, "rhel-9")).contains("must be downloaded by hand");
    assertThat(refusal(catalogue, "debian-13-netinst")).contains("is an installer");
    assertThat(refusal(catalogue, "debian-13")).isEmpty();
    Image astra = catalogue.find("astra-1.8").orElseThrow();
    assertThat(Usable.refusal("--image", astra, astra.downloads().getFirst()))
        .get()
        .satisfies(problem -> assertThat(problem.slug()).isEqualTo("image-not-usable"));
  }

  private static String refusal(Catalogue catalogue, String id) {
    return Usable.refusal("--image", catalogue.find(id).orElseThrow())
        .map(Problem::what)
        .orElse("");
  }
}
