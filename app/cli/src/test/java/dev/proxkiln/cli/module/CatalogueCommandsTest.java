package dev.proxkiln.cli.module;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.cli.InProcess;
import dev.proxkiln.cli.outside.Home;
import dev.proxkiln.config.JacksonTreeText;
import dev.proxkiln.core.tree.Tree;
import dev.proxkiln.testkit.Content;
import dev.proxkiln.testkit.FaultServer;
import dev.proxkiln.testkit.SigningKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** The catalogue's commands as a person calls them, against a web server of ours. */
@Timeout(60)
class CatalogueCommandsTest {
  @TempDir Path root;
  private final FaultServer server = FaultServer.http();
  private final SigningKey key = SigningKey.create("Catalogue");

  @BeforeEach
  void pinTheKey() throws IOException {
    key.writeTo(Files.createDirectories(root.resolve("etc/proxkiln/keys")));
  }

  @AfterEach
  void stopTheServer() {
    server.close();
  }

  private InProcess.Ended run(String... arguments) {
    return new InProcess(root).run(arguments);
  }

  private Object json(String... arguments) {
    String[] all = Arrays.copyOf(arguments, arguments.length + 2);
    all[arguments.length] = "-o";
    all[arguments.length + 1] = "json";
    InProcess.Ended ended = run(all);
    assertThat(ended.code()).as(ended.err()).isZero();
    return JsonMapper.shared().readValue(ended.out(), Object.class);
  }

  private String own(String id) {
    return """
    distribution: own
    images:
      - id: ID
        title: Own image
        downloads:
          - url: SERVER/latest.qcow2
            insecure: true
            checksum: {url: "SERVER/SHA256SUMS", form: gnu}
            signature: {url: "SERVER/SHA256SUMS.asc", fingerprint: KEY}
    """
        .replace("ID", id)
        .replace("SERVER", server.url(""))
        .replace("KEY", key.fingerprint());
  }

  private void publish(long version, String yaml) {
    server
        .serve("/c/images/own.yaml", yaml)
        .serve(
            "/c/CATALOGUE.asc",
            key.clearSign(
                "proxkiln-catalogue 1\nversion "
                    + version
                    + "\nexpires 2999-01-01\nfile "
                    + Content.digest("SHA-256", yaml.getBytes(StandardCharsets.UTF_8))
                    + " images/own.yaml\n"));
  }

  private String[] update() {
    return new String[] {
      "catalog",
      "update",
      "--catalog-insecure",
      "--catalog-url",
      server.url("/c"),
      "--catalog-key",
      key.fingerprint()
    };
  }

  @Test
  void listCountsAndSearches() {
    List<?> all = (List<?>) json("catalog", "list");
    assertThat(all).hasSizeGreaterThanOrEqualTo(130);
    List<?> families = (List<?>) json("catalog", "list", "--count-by", "family");
    long sum = families.stream().mapToLong(row -> Long.parseLong(Tree.text(row, "images"))).sum();
    assertThat(sum).isEqualTo(all.size());
    InProcess.Ended counted = run("catalog", "list", "--count-by", "family");
    assertThat(counted.err()).contains(all.size() + " images of ").contains(" systems.");
    assertThat((List<?>) json("catalog", "search", "lts ubuntu minimal")).hasSize(4);
    assertThat((List<?>) json("catalog", "search", "lts", "ubuntu", "minimal")).hasSize(4);
    assertThat((List<?>) json("catalog", "search", "lts", "--supported", "ubuntu")).isNotEmpty();
    assertThat(run("catalog", "search", "nothing-like-this").err()).contains("Nothing to show.");
  }

  @Test
  void releasesThatEndedComeLast() {
    List<?> rows = (List<?>) json("catalog", "list");
    List<String> support = rows.stream().map(row -> Tree.text(row, "support")).toList();
    int first = support.indexOf("ended");
    assertThat(first).isPositive();
    assertThat(support.subList(first, support.size())).containsOnly("ended");
    assertThat(run("catalog", "list").err()).contains("get no fixes any more");
    assertThat(run("catalog", "list", "--supported").err()).isEmpty();
  }

  @Test
  void updateTakesANewerCatalogueIntoUse() {
    long shipped = Home.find().catalogueVersion();
    publish(shipped + 1, own("own-new"));
    assertThat(Tree.text(json(update()), "updated")).isEqualTo("true");
    assertThat((List<?>) json("catalog", "list")).hasSize(1);
    assertThat(run("catalog", "show", "own-new").code()).isZero();
    assertThat(run("catalog", "show", "debian-13").code()).isEqualTo(2);
    assertThat(Tree.text(json(update()), "updated")).isEqualTo("false");
  }

  @Test
  void updateKeepsTheCatalogueWhenTheNewOneCannotBeRead() {
    publish(Home.find().catalogueVersion() + 1, own("own-new").replace("title:", "titel:"));
    InProcess.Ended ended = run(update());
    assertThat(ended.code()).isNotZero();
    assertThat(ended.err()).contains("unknown key 'titel'").contains("catalogue-update-refused");
    assertThat(run("catalog", "show", "debian-13").code()).isZero();
  }

  @Test
  void updateSaysWhatIsNotSet() {
    InProcess.Ended ended = run("catalog", "update");
    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.err()).contains("catalogue-source-missing").contains("--catalog-url");
  }

  @Test
  void checkAsksThePublisher() throws IOException {
    Path images = Files.createDirectories(root.resolve("etc/proxkiln/templates/images"));
    Files.writeString(images.resolve("own.yaml"), own("own-1"));
    String sums = "a".repeat(64) + "  latest.qcow2\n";
    server
        .serve("/latest.qcow2", new byte[9])
        .serve("/SHA256SUMS", sums)
        .serve("/SHA256SUMS.asc", key.sign(sums));
    Object row = ((List<?>) json("catalog", "check", "own-1")).getFirst();
    assertThat(Tree.text(row, "result")).as(row.toString()).isEqualTo("ok");
    server.serve("/SHA256SUMS.asc", key.sign("other"));
    InProcess.Ended broken = run("catalog", "check", "own-1", "-o", "json");
    assertThat(broken.code()).isEqualTo(4);
    Object bad = ((List<?>) new JacksonTreeText().read(broken.out())).getFirst();
    assertThat(Tree.text(bad, "result")).isEqualTo("broken");
    assertThat(Tree.text(bad, "says")).contains("signature");
  }
}
