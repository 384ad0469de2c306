package dev.proxkiln.template.create;

import dev.proxkiln.core.facts.StorageFacts;
import dev.proxkiln.core.spec.Spec;
import dev.proxkiln.template.part.Draft;
import dev.proxkiln.template.part.Part;
import dev.proxkiln.template.part.Reading;
import dev.proxkiln.template.part.Source;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Stream;

/**
 * The checked wish of {@code template create}.
 *
 * @param source what it is made of
 * @param access who may log in; empty where the image knows no cloud-init
 * @param extras what further parts want, in the order of the pages
 */
public record TemplateSpec(
    Source source,
    Identity identity,
    Hardware hardware,
    Disks disks,
    Boot boot,
    Network network,
    Optional<Access> access,
    List<Extra<?>> extras)
    implements Spec {

  /** A part and what is wished of it. */
  public record Extra<S>(Part<S> part, S wish) {

    static <S> Optional<Extra<S>> read(Part<S> part, Reading reading) {
      return part.read(reading).map(wish -> new Extra<>(part, wish));
    }

    void plan(Draft draft) {
      part.plan(wish, draft);
    }
  }

  public TemplateSpec {
    extras = List.copyOf(extras);
  }

  /**
   * The disks that become the template's bases, by slot. TPM state is none: every clone gets a copy
   * of its own.
   */
  SequencedMap<String, StorageFacts> volumes() {
    SequencedMap<String, StorageFacts> volumes = new LinkedHashMap<>();
    volumes.put(disks.first(), disks.storage());
    disks.more().forEach(disk -> volumes.put(disk.slot(), disk.storage()));
    if (boot.isUefi()) {
      volumes.put("efidisk0", boot.efiStorage());
    }
    return volumes;
  }

  /** The same under another name. */
  public TemplateSpec named(String name) {
    return with(
        new Identity(identity.vmid(), name, identity.tags(), identity.notes(), identity.pool()));
  }

  /** The same with more tags. */
  public TemplateSpec tagged(List<String> more) {
    List<String> all = Stream.concat(identity.tags().stream(), more.stream()).distinct().toList();
    return with(
        new Identity(identity.vmid(), identity.name(), all, identity.notes(), identity.pool()));
  }

  /** The same with the next free VM ID. */
  public TemplateSpec withoutVmid() {
    return with(
        new Identity(
            Optional.empty(), identity.name(), identity.tags(), identity.notes(), identity.pool()));
  }

  private TemplateSpec with(Identity other) {
    return new TemplateSpec(source, other, hardware, disks, boot, network, access, extras);
  }
}
