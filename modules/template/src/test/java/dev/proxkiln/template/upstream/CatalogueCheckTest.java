package dev.proxkiln.template.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.module.Query;
import dev.proxkiln.core.plan.Fetch;
import dev.proxkiln.core.port.Publishers;
import dev.proxkiln.core.port.PvePort;
import dev.proxkiln.core.problem.Kind;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.template.Fixtures;
import dev.proxkiln.template.FolderResources;
import dev.proxkiln.template.catalogue.Catalogue;
import java.lang.reflect.Proxy;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class CatalogueCheckTest {
  private static final String DIGEST = "a".repeat(64);
  private static final String OTHER = "b".repeat(64);
  private static final String KEY = "0123456789012345678901234567890123456789";

  private static final String OWN =
      """
      distribution: own
      images:
        - id: own-1
          downloads:
            - url: https://a.test/latest/own.qcow2
              checksum: {url: "https://a.test/SHA256SUMS"}
              signature: {url: "https://a.test/SHA256SUMS.asc", fingerprint: KEY}
              pinned: {url: "https://a.test/20260101-9/own.qcow2", digest: "sha256:DIGEST"}
              newest: {listing: "https://a.test/", folder: '\\d{8}-\\d+/'}
      """
          .replace("KEY", KEY)
          .replace("DIGEST", DIGEST);

  /** Publishers of whom a test says what they have; anything else is gone. */
  private static final class Fake implements Publishers {
    private final Map<String, There> files = new HashMap<>();
    private final Map<String, String> documents = new HashMap<>();
    private Optional<String> digest = Optional.of("sha256:" + DIGEST);
    private Optional<String> trouble = Optional.empty();
    private Optional<Fetch> asked = Optional.empty();

    private Fake with(String url) {
      files.put(url, new There(url, 1));
      return this;
    }

    @Override
    public There there(String url, boolean insecure) {
      return Optional.ofNullable(files.get(url)).orElseThrow(() -> gone(url));
    }

    @Override
    public String read(String url, boolean insecure) {
      return Optional.ofNullable(documents.get(url)).orElseThrow(() -> gone(url));
    }

    @Override
    public Stated stated(Fetch fetch) {
      asked = Optional.of(fetch);
      if (trouble.isPresent()) {
        throw new ProblemException(
            List.of(new Problem("signature-invalid", Kind.WORK, "x", trouble.get(), "", "")));
      }
      return new Stated(digest.orElseThrow(), "sha256 from the publisher");
    }
  }

  private static ProblemException gone(String url) {
    return new ProblemException(
        List.of(
            new Problem(
                "download-not-found",
                Kind.WORK,
                url,
                "'" + url + "' is not there",
                "the server answered 404",
                "")));
  }

  private static Fake good() {
    Fake fake =
        new Fake()
            .with("https://a.test/latest/own.qcow2")
            .with("https://a.test/20260101-9/own.qcow2");
    fake.documents.put("https://a.test/", "<a href='20260101-9/'>");
    return fake;
  }

  private static List<Map<?, ?>> findings(Publishers publishers, FolderResources resources) {
    Query.Rows rows = check(publishers, resources, "family=own");
    assertThat(rows.rows()).hasSize(1);
    boolean broken = "broken".equals(((Map<?, ?>) rows.rows().getFirst()).get("result"));
    assertThat(rows.bad()).isEqualTo(broken ? 1 : 0);
    return ((List<?>) ((Map<?, ?>) rows.rows().getFirst()).get("findings"))
        .stream().<Map<?, ?>>map(f -> (Map<?, ?>) f).toList();
  }

  private static Query.Rows check(
      Publishers publishers, FolderResources resources, String... settings) {
    Catalogue catalogue = new Catalogue(resources);
    Query query =
        new CatalogueCheck(() -> catalogue, () -> LocalDate.parse("2026-11-20"), () -> publishers);
    PvePort none =
        (PvePort)
            Proxy.newProxyInstance(
                PvePort.class.getClassLoader(),
                new Class<?>[] {PvePort.class},
                (proxy, method, arguments) -> {
                  throw new AssertionError("no node is asked");
                });
    return (Query.Rows)
        query.answer(
            query.schema(Facts.none()).read(Fixtures.values(settings), Facts.none()).orRaise(),
            Facts.none(),
            none);
  }

  private static FolderResources own() {
    return new FolderResources()
        .with("images/own.yaml", OWN)
        .with("keys/" + KEY + ".asc", "only its name is looked at");
  }

  private static String result(List<Map<?, ?>> findings, String about) {
    return findings.stream()
        .filter(f -> about.equals(f.get("about")))
        .map(f -> f.get("result") + ": " + f.get("says"))
        .reduce("", (a, b) -> a.isEmpty() ? b : a + " | " + b);
  }

  @Test
  void allIsWell() {
    Fake fake = good();
    List<Map<?, ?>> findings = findings(fake, own());
    assertThat(findings).allSatisfy(f -> assertThat(f.get("result")).isEqualTo("ok"));
    assertThat(findings.stream().<Object>map(f -> f.get("about")))
        .containsExactly("address", "signature", "dated-build", "newest");
    assertThat(((Fetch.Published) fake.asked.orElseThrow().trust()).signature()).isPresent();
  }

  @Test
  void withoutTheKeyTheChecksumAloneIsAsked() {
    List<Map<?, ?>> findings = findings(good(), new FolderResources().with("images/own.yaml", OWN));
    assertThat(result(findings, "checksum")).startsWith("ok");
    assertThat(result(findings, "signature")).isEqualTo("note: the key " + KEY + " is not at hand");
  }

  @Test
  void whatIsGoneIsBroken() {
    Fake fake = good();
    fake.files.clear();
    List<Map<?, ?>> findings = findings(fake, own());
    assertThat(result(findings, "address"))
        .isEqualTo(
            "broken: 'https://a.test/latest/own.qcow2' is not there: the server answered 404");
    assertThat(result(findings, "dated-build")).startsWith("stale: ");
  }

  @Test
  void whatMovedForGoodIsStale() {
    Fake fake = good();
    fake.files.put(
        "https://a.test/latest/own.qcow2", new Publishers.There("https://b.test/own.qcow2", 1));
    assertThat(result(findings(fake, own()), "address"))
        .isEqualTo("stale: it has moved for good to https://b.test/own.qcow2");
  }

  @Test
  void aSignatureThatDoesNotHoldIsBroken() {
    Fake fake = good();
    fake.trouble = Optional.of("the signature is not over these bytes");
    assertThat(result(findings(fake, own()), "signature"))
        .isEqualTo("broken: the signature is not over these bytes");
  }

  @Test
  void aNewerBuildIsSeenByItsDigestAndByTheListing() {
    Fake fake = good();
    fake.digest = Optional.of("sha256:" + OTHER);
    fake.documents.put("https://a.test/", "20260101-9/ 20260101-10/ 20251231-11/");
    List<Map<?, ?>> findings = findings(fake, own());
    assertThat(result(findings, "dated-build")).startsWith("note: ").contains(OTHER);
    assertThat(result(findings, "newest"))
        .isEqualTo("note: 20260101-10/ is out; the catalogue has 20260101-9/");
  }

  @Test
  void aDatedAddressWithANewerBuildIsStale() {
    Fake fake = new Fake().with("https://a.test/own-3.9.iso");
    fake.documents.put("https://a.test/", "own-3.9.iso own-3.10.iso");
    String text =
        """
        distribution: own
        images:
          - id: own-1
            downloads:
              - url: https://a.test/own-3.9.iso
                unverified: true
                newest: {listing: "https://a.test/", file: 'own-[\\d.]+\\.iso'}
        """;
    List<Map<?, ?>> findings = findings(fake, new FolderResources().with("images/own.yaml", text));
    assertThat(result(findings, "newest"))
        .isEqualTo("stale: own-3.10.iso is out; the catalogue has own-3.9.iso");
    assertThat(result(findings, "checksum")).isEqualTo("note: none is known");
  }

  @Test
  void aListingThatNamesNothingLikeItIsStale() {
    Fake fake = good();
    fake.documents.put("https://a.test/", "moved to another place");
    assertThat(result(findings(fake, own()), "newest")).startsWith("stale: ").contains("nothing");
  }

  @Test
  void theWorstFindingIsTheResult() {
    Fake fake = good();
    fake.digest = Optional.of("sha256:" + OTHER);
    Query.Rows rows = check(fake, own(), "image=own-1");
    assertThat(((Map<?, ?>) rows.rows().getFirst()).get("result")).isEqualTo("note");
    assertThat(rows.notes()).containsExactly("1 files checked: 0 ok, 1 note, 0 stale, 0 broken.");
  }

  @Test
  void endedReleasesAreLeftOutUnlessAskedFor() {
    Publishers everything =
        new Publishers() {
          @Override
          public There there(String url, boolean insecure) {
            return new There(url, 1);
          }

          @Override
          public String read(String url, boolean insecure) {
            return "";
          }

          @Override
          public Stated stated(Fetch fetch) {
            return new Stated("sha256:" + DIGEST, "somebody");
          }
        };
    int without = check(everything, new FolderResources(), "family=fedora").rows().size();
    int with =
        check(everything, new FolderResources(), "family=fedora", "ended=true").rows().size();
    assertThat(without).isPositive().isLessThan(with);
    assertThat(check(everything, new FolderResources(), "family=fedora", "arch=arm64").rows())
        .isNotEmpty()
        .allSatisfy(row -> assertThat(((Map<?, ?>) row).get("arch")).isEqualTo("arm64"));
  }

  @Test
  @Timeout(20)
  void asksNoHostMoreThanTwoThingsAtOnce() throws InterruptedException {
    Manners manners = new Manners(3, 2);
    Map<String, AtomicInteger> now = new ConcurrentHashMap<>();
    AtomicInteger all = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    AtomicInteger mostAtOne = new AtomicInteger();
    CountDownLatch done = new CountDownLatch(60);
    for (int i = 0; i < 60; i++) {
      String url = "https://host-" + i % 3 + ".test/" + i;
      Thread.ofVirtual()
          .start(
              () ->
                  manners.ask(
                      url,
                      () -> {
                        AtomicInteger here =
                            now.computeIfAbsent(url.substring(0, 14), h -> new AtomicInteger());
                        mostAtOne.accumulateAndGet(here.incrementAndGet(), Math::max);
                        most.accumulateAndGet(all.incrementAndGet(), Math::max);
                        Thread.yield();
                        all.decrementAndGet();
                        here.decrementAndGet();
                        done.countDown();
                        return url;
                      }));
    }
    done.await();
    assertThat(mostAtOne).hasValueLessThanOrEqualTo(2);
    assertThat(most).hasValueLessThanOrEqualTo(3);
  }

  @Test
  void numbersInNamesCountAsNumbers() {
    assertThat(List.of("a-10", "a-9", "b", "a-9.1", "a-").stream().sorted(NaturalOrder.INSTANCE))
        .containsExactly("a-", "a-9", "a-9.1", "a-10", "b");
  }
}
