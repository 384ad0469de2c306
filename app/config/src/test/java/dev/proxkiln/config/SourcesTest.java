package dev.proxkiln.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Origin;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.problem.CoreSlug;
import dev.proxkiln.core.problem.Problem;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SourcesTest {
  private static final String HASH =
      "$6$saltsalt$qFmFH.bQmmtXzyBY0s9v7Oicd2z4XSIecDzlB5KiA2/jctKu9";
  private static final Schema SCHEMA =
      Schema.of(
          Field.of("password", "Password", Type.anyText(200), "x.").from(Field.Source.SECRET),
          Field.of("ssh-keys", "SSH keys", Type.listOf(Type.anyText(200), ""), "x.")
              .from(Field.Source.SSH_KEYS),
          Field.of("vendor-data", "Vendor data", Type.document(), "x.").from(Field.Source.FILE),
          Field.of("playbook", "Playbook", Type.listOf(Type.anyText(200), ""), "x.")
              .from(Field.Source.PATH),
          Field.of("proxy", "Proxy", Type.anyText(200), "x.").from(Field.Source.HOST),
          Field.of("ca-certificates", "CA", Type.document(), "x.").from(Field.Source.CERTIFICATES),
          Field.of("inherit", "Inherit", Type.listOf(Type.anyText(200), ","), "x.")
              .from(Field.Source.INHERIT),
          Field.of("copy-file", "Files", Type.listOf(Type.anyText(200), ""), "x.")
              .from(Field.Source.GUEST_FILES),
          Field.of("name", "Name", Type.anyText(200), "x."));

  private static Sources.Resolved follow(String key, String raw) {
    KeySource keys =
        word -> {
          if (word.equals("none.pub")) {
            throw CoreSlug.INVALID_VALUE.problem(word, "no such file", "", "").raise();
          }
          return word.equals("agent") ? List.of("key one", "key two") : List.of(word);
        };
    FileSource files =
        new FileSource() {
          @Override
          public String text(String name) {
            return "text of " + path(name).substring("/here/".length());
          }

          @Override
          public String path(String name) {
            if (name.startsWith("none.")) {
              throw CoreSlug.INVALID_VALUE.problem(name, "no such file", "", "").raise();
            }
            return "/here/" + name;
          }
        };
    GuestFileSource guestFiles =
        name -> {
          if (name.equals("none")) {
            throw CoreSlug.INVALID_VALUE.problem(name, "no such file", "", "").raise();
          }
          byte[] bytes = name.equals("big") ? new byte[(1 << 20) + 1] : name.getBytes(UTF_8);
          return new GuestFileSource.Content(bytes, name.endsWith(".sh"));
        };
    return new Sources(keys, files, guestFiles, setting -> "this machine's " + setting)
        .follow(SCHEMA, Values.of(Map.of(key, raw), Origin.flag("--" + key)));
  }

  @Test
  void putsLiteralKeysInTheirPlaceOnce() {
    Values values = follow("ssh-keys", "agent\n\nkey three\nkey one\n").values();
    assertThat(values.find("ssh-keys").orElseThrow().raw())
        .isEqualTo("key one\nkey two\nkey three");
  }

  @Test
  void namesTheSettingWhoseKeysAreMissing() {
    Problem problem = follow("ssh-keys", "agent\nnone.pub").problems().getFirst();
    assertThat(problem.where()).isEqualTo("--ssh-keys");
  }

  @Test
  void makesTheNamesOfFilesAbsolute() {
    Sources.Resolved resolved = follow("playbook", "web.yml\n none.yml \n\nmore.yml");
    assertThat(resolved.values().find("playbook").orElseThrow().raw())
        .isEqualTo("/here/web.yml\n/here/more.yml");
    assertThat(resolved.problems())
        .singleElement()
        .extracting(Problem::where)
        .isEqualTo("--playbook");
  }

  @Test
  void putsTheTextOfAFileInThePlaceOfItsName() {
    Values values = follow("vendor-data", "mine.yaml\n").values();
    assertThat(values.find("vendor-data").orElseThrow().raw()).isEqualTo("text of mine.yaml");
  }

  @Test
  void takesTextOfSeveralLinesForTheFileItself() {
    Values values = follow("vendor-data", "#cloud-config\ntimezone: UTC\n").values();
    assertThat(values.find("vendor-data").orElseThrow().raw())
        .isEqualTo("#cloud-config\ntimezone: UTC\n");
  }

  @Test
  void namesTheSettingWhoseFileIsMissing() {
    Sources.Resolved resolved = follow("vendor-data", "none.yaml");
    assertThat(resolved.problems()).extracting(Problem::where).containsExactly("--vendor-data");
    assertThat(resolved.values().entries()).isEmpty();
  }

  @Test
  void readsTheFilesForAGuestAndKeepsWhatIsReadAlready() {
    String raw =
        "motd:/etc/motd\nrun.sh:/usr/bin/run\nkey:/etc/key:600\n/etc/x:0644:base64:eA==\nwrong";
    assertThat(follow("copy-file", raw).values().find("copy-file").orElseThrow().raw())
        .isEqualTo(
            "/etc/motd:0644:base64:bW90ZA==\n/usr/bin/run:0755:base64:cnVuLnNo\n"
                + "/etc/key:0600:base64:a2V5\n/etc/x:0644:base64:eA==\nwrong");
  }

  @Test
  void refusesAFileForAGuestThatIsMissingOrTooLarge() {
    assertThat(follow("copy-file", "none:/etc/a\nbig:/etc/b").problems())
        .hasSize(2)
        .allMatch(problem -> problem.where().equals("--copy-file"))
        .last()
        .matches(problem -> problem.what().contains("larger than 1 MiB"));
  }

  @Test
  void asksThisMachineWhereTheValueIsHost() {
    assertThat(follow("proxy", "host").values().find("proxy").orElseThrow().raw())
        .isEqualTo("this machine's proxy");
    assertThat(follow("proxy", "http://p").values().find("proxy").orElseThrow().raw())
        .isEqualTo("http://p");
    assertThat(
            follow("ca-certificates", "mine.pem\nhost\n")
                .values()
                .find("ca-certificates")
                .orElseThrow()
                .raw())
        .isEqualTo("text of mine.pem\nthis machine's ca-certificates");
  }

  @Test
  void inheritsWhatIsNamedAndNothingElse() {
    Values values = follow("inherit", "proxy, ca-certificates, name").values();
    assertThat(values.find("proxy").orElseThrow().raw()).isEqualTo("this machine's proxy");
    assertThat(values.find("ca-certificates")).isPresent();
    assertThat(values.find("name")).isEmpty();
  }

  @Test
  void leavesTheNameOfASecretAlone() {
    Sources.Resolved resolved = follow("password", "secret:web-root");
    assertThat(resolved.values().find("password").orElseThrow().raw()).isEqualTo("secret:web-root");
    assertThat(resolved.aside()).isEmpty();
  }

  @Test
  void putsAHashAsideUnderANameThatIsAlwaysTheSame() {
    Sources.Resolved resolved = follow("password", HASH);
    String raw = resolved.values().find("password").orElseThrow().raw();
    assertThat(raw).matches("secret:hash-[0-9a-f]{12}");
    assertThat(resolved.aside()).containsEntry(raw.substring("secret:".length()), HASH);
    assertThat(follow("password", HASH).values()).isEqualTo(resolved.values());
    assertThat(resolved.toString()).doesNotContain("saltsalt");
  }

  @ParameterizedTest
  @ValueSource(strings = {"hunter2-canary", "$y$j9T$canary$abc", "secret:../canary", "secret:"})
  void refusesAClearSecretWithoutRepeatingIt(String raw) {
    List<Problem> problems = follow("password", raw).problems();
    assertThat(problems).extracting(Problem::slug).containsExactly("secret-in-clear");
    assertThat(problems.toString()).doesNotContain("canary").contains("--password");
  }

  @Test
  void leavesOtherTextAlone() {
    assertThat(follow("name", "agent").values().find("name").orElseThrow().raw())
        .isEqualTo("agent");
  }
}
