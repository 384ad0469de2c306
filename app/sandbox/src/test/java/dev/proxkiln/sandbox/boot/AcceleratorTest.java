package dev.proxkiln.sandbox.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AcceleratorTest {
  @TempDir Path root;

  private void machine(String flags, String module) throws IOException {
    Files.createDirectories(root.resolve("proc"));
    Files.writeString(root.resolve("proc/cpuinfo"), "flags : fpu " + flags + " sse\n");
    Files.createDirectories(root.resolve("sys/module").resolve(module));
    Files.createDirectories(root.resolve("dev"));
    Files.writeString(root.resolve("dev/kvm"), "");
  }

  @Test
  void trustsKvmOnAProcessorThatHasIt() throws IOException {
    machine("vmx", "kvm_intel");
    assertThat(Accelerator.proven(root)).isTrue();
  }

  @Test
  void doesNotTrustTheDeviceAlone() throws IOException {
    machine("sse2", "kvm");
    assertThat(Accelerator.proven(root)).isFalse();
    machine("svm", "kvm_intel");
    assertThat(Accelerator.proven(root)).isFalse();
  }

  @Test
  void doesNotTrustKvmInSoftware() throws IOException {
    machine("vmx", "kvm_intel");
    Files.createDirectories(root.resolve("sys/module/kvm_pvm"));
    assertThat(Accelerator.proven(root)).isFalse();
  }

  @Test
  void doesWhatTheEnvironmentSays() {
    assertThat(Accelerator.choose(Map.of("PROXKILN_ACCEL", "kvm"))).isEqualTo("kvm");
    assertThat(Accelerator.choose(Map.of("PROXKILN_ACCEL", "tcg"))).isEqualTo("tcg");
  }
}
