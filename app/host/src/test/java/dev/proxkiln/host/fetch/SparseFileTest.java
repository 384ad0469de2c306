package dev.proxkiln.host.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.testkit.Images;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class SparseFileTest {
  @TempDir Path folder;

  @Test
  void keepsEveryByteAndTheLengthOfTheFreeSpaceBehindThem() throws IOException {
    byte[] content = Images.noise(3 * 4096 + 17, 5);
    Arrays.fill(content, 4096, 8192, (byte) 0);
    Path path = folder.resolve("image");
    try (SparseFile file = new SparseFile(path, 0)) {
      file.write(content, content.length);
      file.write(new byte[1 << 20], 1 << 20);
      file.finish();
      assertThat(file.length()).isEqualTo(content.length + (1 << 20));
      assertThat(file.written()).isEqualTo(content.length - 4096);
    }
    assertThat(path).hasBinaryContent(Arrays.copyOf(content, content.length + (1 << 20)));
  }

  @Test
  void cutsOffWhatIsBehindItsStart() throws IOException {
    Path path = Files.write(folder.resolve("image"), Images.noise(9000, 6));
    byte[] start = Arrays.copyOf(Files.readAllBytes(path), 8192);
    try (SparseFile file = new SparseFile(path, 8192)) {
      file.finish();
    }
    assertThat(path).hasBinaryContent(start);
  }

  @Test
  void leavesNoThreadBehindWhenItIsClosedEarly() throws IOException {
    Thread[] before = threads();
    try (SparseFile file = new SparseFile(folder.resolve("image"), 0)) {
      file.write(Images.noise(4096, 7), 4096);
      assertThat(threads()).hasSize(before.length + 1);
    }
    assertThat(threads()).hasSameSizeAs(before);
  }

  private static Thread[] threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("fetch-sync"))
        .toArray(Thread[]::new);
  }
}
