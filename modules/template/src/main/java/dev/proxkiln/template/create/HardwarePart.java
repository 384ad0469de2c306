package dev.proxkiln.template.create;

import dev.proxkiln.core.call.PveCall;
import dev.proxkiln.core.field.BadValue;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.core.plan.Check;
import dev.proxkiln.core.plan.Expect;
import dev.proxkiln.core.problem.CoreSlug;
import dev.proxkiln.template.catalogue.Needs;
import dev.proxkiln.template.part.Draft;
import dev.proxkiln.template.part.Part;
import dev.proxkiln.template.part.Reading;
import dev.proxkiln.template.part.Sources;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Processor, memory and what else the guest sees. */
final class HardwarePart implements Part<Hardware> {

  /**
   * CPU types that every node knows, and those of the administrator, which a node shows only to
   * whoever may audit it. Others come and go with releases of QEMU.
   */
  private static final Pattern USUAL =
      Pattern.compile("host|max|kvm64|qemu64|x86-64-v[234]|x86-64-v2-AES|custom-.*|.*\\..*");

  private static final String[] OS_TYPES = {
    "l26", "l24", "other", "solaris", "win11", "win10", "win8", "win7", "wvista", "wxp", "w2k8",
    "w2k3", "w2k"
  };

  private final Field<Long> cores =
      Field.of("cores", "Cores", Type.integer(1, 512), "Processor cores in each socket.")
          .byDefault(2L);

  private final Field<Long> sockets =
      Field.of("sockets", "Sockets", Type.integer(1, 4), "Processor sockets.").byDefault(1L);

  private final Field<Long> memory;
  private final Field<Long> balloon;
  private final Field<String> cpu;

  private final Field<Boolean> numa =
      Field.of("numa", "NUMA", Type.flag(), "Whether each socket has memory of its own.")
          .byDefault(false);

  private final Field<List<String>> hotplug =
      Field.of(
              "hotplug",
              "Hotplug",
              Type.listOf(
                  Type.word("PART", "network", "disk", "usb", "memory", "cpu", "cloudinit"), ",; "),
              "What can be plugged while a clone runs; left out, network, disk and usb.")
          .ruled(
              (given, facts, answers) ->
                  given.contains("memory") && !answers.get(numa())
                      ? Optional.of(new BadValue("holds memory, which needs NUMA", "Add --numa."))
                      : Optional.empty());

  private final Field<String> display;
  private final Field<String> osType;

  HardwarePart(Sources sources) {
    memory =
        Field.of(
                "memory",
                "Memory",
                Type.size("M", 16 * Limits.MEBIBYTE, 16 * 1024 * Limits.GIBIBYTE, Limits.MEBIBYTE),
                "Memory of clones; left out, 2 GiB or what the image needs.")
            .byDefault(
                (facts, answers) ->
                    Optional.of(
                        Math.max(
                            2 * Limits.GIBIBYTE,
                            sources.needs(answers).map(Needs::memory).orElse(0L))))
            .ruled(
                (size, facts, answers) ->
                    sources
                        .needs(answers)
                        .filter(needs -> size < needs.memory())
                        .map(needs -> Limits.tooSmall("memory", needs.memory())));
    balloon =
        Field.of(
                "balloon",
                "Least memory",
                Type.size("M", 0, 16 * 1024 * Limits.GIBIBYTE, Limits.MEBIBYTE),
                "Memory that the node leaves a clone when it runs short; 0 takes none back.")
            .ruled(
                (size, facts, answers) ->
                    answers
                        .find(memory)
                        .filter(whole -> size > whole)
                        .map(
                            whole ->
                                new BadValue(
                                    "is more than the memory, " + Type.printSize(whole),
                                    "Give that or less.")));
    cpu =
        Field.of(
                "cpu",
                "CPU type",
                Type.text(
                    "CPU",
                    "(?:custom-)?[A-Za-z][A-Za-z0-9._-]{0,39}",
                    "Give a CPU type of the node, for example x86-64-v2-AES or host."),
                "CPU type of clones; it decides which nodes they can run on.")
            .byDefault((facts, answers) -> sources.needs(answers).map(Needs::cpu))
            .choosing(
                facts ->
                    List.of(
                        new Field.Choice("x86-64-v2-AES", "any server since about 2011"),
                        new Field.Choice("x86-64-v3", "any server since about 2015"),
                        new Field.Choice("x86-64-v4", "with AVX-512"),
                        new Field.Choice("host", "as the node: fastest, migrates badly"),
                        new Field.Choice("max", "all that the emulation has")));
    display =
        Field.of(
                "display",
                "Display",
                Type.word("DISPLAY", "serial0", "std", "virtio", "qxl", "none"),
                "What shows the screen of clones; left out, what the image writes to.")
            .byDefault(
                (facts, answers) ->
                    sources
                        .needs(answers)
                        .map(needs -> needs.console().equals("serial") ? "serial0" : "std"));
    osType =
        Field.of(
                "os-type",
                "OS type",
                Type.word("OSTYPE", OS_TYPES),
                "Operating system as Proxmox VE knows it; left out, the image's.")
            .byDefault((facts, answers) -> sources.needs(answers).map(Needs::osType));
  }

  private Field<Boolean> numa() {
    return numa;
  }

  @Override
  public Schema.Page page() {
    return new Schema.Page(
            "Hardware",
            List.of(cores, sockets, memory, balloon, cpu, numa, hotplug, display, osType))
        .asking("cores", "memory", "cpu");
  }

  @Override
  public Optional<Hardware> read(Reading reading) {
    return Optional.of(
        new Hardware(
            reading.get(cores),
            reading.get(sockets),
            reading.get(memory),
            reading.find(balloon),
            reading.get(cpu),
            reading.get(numa),
            reading.find(hotplug).orElse(List.of()),
            reading.get(display),
            reading.get(osType)));
  }

  @Override
  public void plan(Hardware hardware, Draft draft) {
    // Without it PVE takes kvm64, on which many images do not boot.
    draft.set("cpu", hardware.cpu());
    if (!USUAL.matcher(hardware.cpu()).matches()) {
      // Otherwise the node says so when the image is downloaded.
      draft.check(
          new Check.Api(
              "cpu",
              PveCall.get(draft.node("/capabilities/qemu/cpu")),
              List.of(Expect.present("[name=" + hardware.cpu() + "]")),
              CoreSlug.INVALID_VALUE.problem(
                  "--cpu",
                  "Node '" + draft.facts().node() + "' knows no CPU type '" + hardware.cpu() + "'.",
                  "A type that was made on the cluster begins with custom-.",
                  "See them with: pvesh get /nodes/"
                      + draft.facts().node()
                      + "/capabilities/qemu/cpu")));
    }
    draft.set("sockets", Long.toString(hardware.sockets()));
    draft.set("cores", Long.toString(hardware.cores()));
    draft.set("memory", Long.toString(hardware.memory() >> 20));
    hardware.balloon().ifPresent(least -> draft.set("balloon", Long.toString(least >> 20)));
    if (hardware.numa()) {
      draft.set("numa", "1");
    }
    if (!hardware.hotplug().isEmpty()) {
      draft.set("hotplug", String.join(",", hardware.hotplug()));
    }
    // Decides how a password is kept, and more.
    draft.set("ostype", hardware.osType());
    // Some cloud kernels panic without a serial port.
    draft.set("serial0", "socket");
    draft.set("vga", hardware.display());
  }
}
