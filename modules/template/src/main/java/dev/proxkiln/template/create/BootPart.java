package dev.proxkiln.template.create;

import dev.proxkiln.core.call.Text;
import dev.proxkiln.core.facts.StorageFacts;
import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.BadValue;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.core.plan.Expect;
import dev.proxkiln.pve.model.EfiDisk;
import dev.proxkiln.pve.model.TpmState;
import dev.proxkiln.template.catalogue.Firmware;
import dev.proxkiln.template.catalogue.Needs;
import dev.proxkiln.template.existing.SecureBoot;
import dev.proxkiln.template.part.Draft;
import dev.proxkiln.template.part.Part;
import dev.proxkiln.template.part.Reading;
import dev.proxkiln.template.part.Sources;
import java.util.List;
import java.util.Optional;

/** Machine, firmware, Secure Boot and TPM. */
final class BootPart implements Part<Boot> {

  private final Field<String> machine;
  private final Field<String> firmware;
  private final Field<Boolean> secureBoot;
  private final Field<String> storage;
  private final Field<String> efiStorage;

  private final Field<Boolean> tpm =
      Field.of("tpm", "TPM", Type.flag(), "Whether clones have a TPM of version 2.0.")
          .byDefault(false);

  private final Field<String> tpmStorage;

  /** Where the firmware's variables are kept is a setting of the disks. */
  BootPart(Sources sources, Field<String> storage) {
    this.storage = storage;
    machine =
        Field.of("machine", "Machine", Type.word("MACHINE", "q35", "i440fx"), "Chipset of clones.")
            .byDefault((facts, answers) -> sources.needs(answers).map(Needs::machine));
    firmware =
        Field.of(
                "firmware",
                "Firmware",
                Type.word("FIRMWARE", "bios", "uefi"),
                "What starts clones; left out, bios where the image can, because it is simpler.")
            .byDefault(
                (facts, answers) ->
                    sources.subject(answers).map(subject -> subject.preferredFirmware().word()));
    secureBoot =
        Field.of(
                "secure-boot",
                "Secure Boot",
                Type.flag(),
                "Whether the usual Secure Boot keys are enrolled; needs a signed boot chain.")
            .byDefault((facts, answers) -> sources.needs(answers).map(Needs::secureBoot))
            .ruled(
                (wanted, facts, answers) ->
                    wanted && !sources.needs(answers).map(Needs::secureBoot).orElse(true)
                        ? Optional.of(
                            new BadValue(
                                "cannot work: nothing in this image is signed",
                                "Give --secure-boot false."))
                        : Optional.empty())
            .onlyWhen(answers -> firmware(answers) == Firmware.UEFI);
    efiStorage =
        storage("efi-storage", "EFI storage", "Storage for the firmware's variables, if another.")
            .onlyWhen(answers -> firmware(answers) == Firmware.UEFI);
    tpmStorage =
        storage("tpm-storage", "TPM storage", "Storage for the state of the TPM, if another.")
            .onlyWhen(answers -> answers.find(tpm).orElse(false));
  }

  private static Field<String> storage(String key, String label, String help) {
    return Field.of(key, label, Storages.id(), help)
        .choosing(facts -> Storages.choices(facts, "images"));
  }

  @Override
  public Schema.Page page() {
    return new Schema.Page(
            "Firmware", List.of(machine, firmware, secureBoot, efiStorage, tpm, tpmStorage))
        .in("Hardware")
        .asking("firmware", "machine");
  }

  /** What the answers say that starts the guest. */
  Firmware firmware(Answers answers) {
    return answers.find(firmware).orElse("bios").equals("uefi") ? Firmware.UEFI : Firmware.BIOS;
  }

  @Override
  public Optional<Boot> read(Reading reading) {
    return reading
        .find(storage)
        .flatMap(reading.facts()::storage)
        .map(
            main ->
                new Boot(
                    reading.get(machine),
                    reading.firmware(),
                    reading.find(secureBoot).orElse(false),
                    where(reading, efiStorage).orElse(main),
                    reading.get(tpm)
                        ? where(reading, tpmStorage).or(() -> Optional.of(main))
                        : Optional.empty()));
  }

  private static Optional<StorageFacts> where(Reading reading, Field<String> field) {
    Optional<String> id = reading.find(field);
    Optional<StorageFacts> found =
        id.flatMap(reading.facts()::storage).filter(s -> s.takes("images"));
    if (id.isPresent() && found.isEmpty()) {
      reading.problem(Conditions.withoutImages(reading.where(field), id, reading.facts()));
    }
    return found;
  }

  @Override
  public void plan(Boot boot, Draft draft) {
    draft.set("machine", boot.machine().equals("i440fx") ? "pc" : boot.machine());
    draft.set("bios", boot.firmware().bios());
    if (boot.isUefi()) {
      StorageFacts where = boot.efiStorage();
      Text disk = EfiDisk.on(where.id(), boot.secureBoot()).text();
      draft.set("efidisk0", Storages.keepsQcow2(where) ? Text.join(disk, ",format=qcow2") : disk);
      draft.expect(Expect.present("efidisk0"));
      if (boot.secureBoot()) {
        draft.add(Draft.Phase.SETTLE, SecureBoot.warning(draft.config()));
        draft.announce("secure-boot", Text.output("certificates", "verdict"));
      }
    }
    boot.tpmStorage()
        .ifPresent(
            where -> {
              // The state of a TPM was always raw before 9.1.
              boolean raw = draft.facts().version().matches("(?:8|9\\.0)\\..*");
              String state = TpmState.on(where.id()).print();
              draft.set(
                  "tpmstate0",
                  Storages.keepsQcow2(where) && !raw ? state + ",format=qcow2" : state);
              draft.expect(Expect.of("tpmstate0", Expect.Test.CONTAINS, "version=v2.0"));
            });
  }
}
