package dev.proxkiln.sandbox.boot;

import dev.proxkiln.sandbox.state.StateFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Chooses between hardware and software: KVM only where it is known to work.
 *
 * <p>That {@code /dev/kvm} is there proves nothing: on software-only variants of it a 64-bit kernel
 * stops with an internal error and QEMU waits for ever. So the processor must offer its own
 * virtualisation and the kernel must use it, or the environment must say {@code
 * PROXKILN_ACCEL=kvm}.
 */
final class Accelerator {
  private Accelerator() {}

  /**
   * The accelerator to use.
   *
   * @param environment of the process
   * @return tcg or kvm
   */
  static String choose(Map<String, String> environment) {
    String wanted = environment.getOrDefault("PROXKILN_ACCEL", "");
    if (wanted.equals("kvm") || wanted.equals("tcg")) {
      return wanted;
    }
    return proven(Path.of("/")) ? "kvm" : "tcg";
  }

  static boolean proven(Path root) {
    String processor = StateFolder.read(root.resolve("proc/cpuinfo")).orElse("");
    boolean intel =
        processor.contains(" vmx ") && Files.isDirectory(root.resolve("sys/module/kvm_intel"));
    boolean amd =
        processor.contains(" svm ") && Files.isDirectory(root.resolve("sys/module/kvm_amd"));
    boolean software = Files.isDirectory(root.resolve("sys/module/kvm_pvm"));
    return (intel || amd) && !software && Files.isWritable(root.resolve("dev/kvm"));
  }
}
