package dev.proxkiln.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretSourceTest {
  @TempDir Path folder;

  private final Map<String, String> vault = new HashMap<>();

  private SecretSource source(Map<String, String> own, Map<String, String> environment) {
    return new SecretSource(own, environment, name -> Optional.ofNullable(vault.get(name)), folder);
  }

  private void file(String name, String text, String mode) throws IOException {
    Path file = folder.resolve(name);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }

  private Problem refused(String name) {
    return catchThrowableOfType(
            ProblemException.class, () -> source(Map.of(), Map.of()).secret(name))
        .first();
  }

  @Test
  void asksTheRunThenTheEnvironmentThenTheVaultThenTheFile() throws IOException {
    file("web-root", "from file\n", "rw-------");
    Map<String, String> environment = Map.of("PROXKILN_SECRET_WEB_ROOT", "from environment");
    assertThat(source(Map.of("web-root", "from run"), environment).secret("web-root"))
        .isEqualTo("from run");
    assertThat(source(Map.of(), environment).secret("web-root")).isEqualTo("from environment");
    assertThat(source(Map.of(), Map.of()).secret("web-root")).isEqualTo("from file");
    vault.put("web-root", "from vault");
    assertThat(source(Map.of(), Map.of()).secret("web-root")).isEqualTo("from vault");
    assertThat(source(Map.of(), environment).secret("web-root")).isEqualTo("from environment");
  }

  @Test
  void refusesAFileThatOthersCanRead() throws IOException {
    file("open", "canary", "rw-r-----");
    Problem problem = refused("open");
    assertThat(problem.slug()).isEqualTo("secret-unsafe");
    assertThat(problem.toString()).doesNotContain("canary");
  }

  @Test
  void saysWhereAMissingSecretWouldBe() {
    Problem problem = refused("none");
    assertThat(problem.slug()).isEqualTo("secret-missing");
    assertThat(problem.next())
        .contains("proxkiln secret set none")
        .contains("PROXKILN_SECRET_NONE");
  }

  @Test
  void staysInItsFolder() throws IOException {
    Files.createDirectory(folder.resolve("secrets"));
    file("outside", "canary", "rw-------");
    SecretSource inner =
        new SecretSource(Map.of(), Map.of(), name -> Optional.empty(), folder.resolve("secrets"));
    assertThat(
            catchThrowableOfType(ProblemException.class, () -> inner.secret("../outside"))
                .first()
                .slug())
        .isEqualTo("secret-missing");
  }
}
