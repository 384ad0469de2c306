package dev.proxkiln.template.create;

import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.template.catalogue.Needs;
import dev.proxkiln.template.part.Draft;
import dev.proxkiln.template.part.Part;
import dev.proxkiln.template.part.Reading;
import dev.proxkiln.template.part.Sources;
import java.util.List;
import java.util.Optional;

/** Processor and memory. */
final class HardwarePart implements Part<Hardware> {

  private final Field<Long> cores =
      Field.of("cores", "Cores", Type.integer(1, 512), "Processor cores in each socket.")
          .byDefault(2L);

  private final Field<Long> sockets =
      Field.of("sockets", "Sockets", Type.integer(1, 4), "Processor sockets.").byDefault(1L);

  private final Field<Long> memory;
  private final Field<String> cpu;

  HardwarePart(Sources sources) {
    memory =
        Field.of(
                "memory",
                "Memory",
                Type.size("M", 16 * Limits.MEBIBYTE, 16 * 1024 * Limits.GIBIBYTE, Limits.MEBIBYTE),
                "Memory of clones.")
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
  }

  @Override
  public Schema.Page page() {
    return new Schema.Page("Hardware", List.of(cores, sockets, memory, cpu));
  }

  @Override
  public Optional<Hardware> read(Reading reading) {
    return Optional.of(
        new Hardware(
            reading.get(cores), reading.get(sockets), reading.get(memory), reading.get(cpu)));
  }

  @Override
  public void plan(Hardware hardware, Draft draft) {
    // Without it PVE takes kvm64, on which many images do not boot.
    draft.set("cpu", hardware.cpu());
    draft.set("sockets", Long.toString(hardware.sockets()));
    draft.set("cores", Long.toString(hardware.cores()));
    draft.set("memory", Long.toString(hardware.memory() >> 20));
  }
}
