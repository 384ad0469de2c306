package dev.proxkiln.pve.model;

import dev.proxkiln.core.call.Text;
import dev.proxkiln.pve.Gen;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;

/** Random values of the model that are valid for PVE. */
public final class Arbitrary {
  private Arbitrary() {}

  private static final String LOWER = "abcdefghijklmnopqrstuvwxyz";
  private static final String NAME = LOWER + "0123456789";

  public static String storage(Gen gen) {
    return gen.text(LOWER, 1, 1) + gen.text(NAME + "-_.", 0, 8) + gen.text(NAME, 1, 1);
  }

  public static DiskSize size(Gen gen) {
    return new DiskSize(
        switch (gen.number(0, 4)) {
          case 0 -> gen.number(0L, 5000L);
          case 1 -> gen.number(1L, 5000L) << 10;
          case 2 -> gen.number(1L, 5000L) << 20;
          case 3 -> gen.number(1L, 5000L) << 30;
          default -> gen.number(1L, 500L) << 40;
        });
  }

  public static VolumeId disk(Gen gen) {
    int vmid = gen.number(100, 999_999);
    int base = gen.number(100, 999_999);
    String number = "-disk-" + gen.number(0, 30);
    String extension = gen.one(".raw", ".qcow2", ".vmdk");
    return new VolumeId(
        storage(gen),
        switch (gen.number(0, 6)) {
          case 0 -> vmid + "/vm-" + vmid + number + extension;
          case 1 -> vmid + "/base-" + vmid + number + extension;
          case 2 ->
              base + "/base-" + base + "-disk-0.raw/" + vmid + "/vm-" + vmid + number + ".qcow2";
          case 3 -> "vm-" + vmid + number;
          case 4 -> "base-" + vmid + number;
          case 5 -> "base-" + base + "-disk-0/vm-" + vmid + number;
          default -> "vm-" + vmid + "-cloudinit";
        });
  }

  public static VolumeId snippet(Gen gen) {
    return new VolumeId(storage(gen), "snippets/" + gen.text(NAME + "-_.", 1, 20));
  }

  public static SequencedMap<String, String> more(Gen gen) {
    LinkedHashMap<String, String> more = new LinkedHashMap<>();
    gen.maybe(() -> gen.one("0", "1")).ifPresent(v -> more.put("backup", v));
    gen.maybe(() -> gen.one("0", "1")).ifPresent(v -> more.put("replicate", v));
    gen.maybe(() -> gen.text(NAME, 1, 20)).ifPresent(v -> more.put("serial", v));
    return more;
  }

  public static Drive drive(Gen gen) {
    Drive.Source source =
        switch (gen.number(0, 5)) {
          case 0 -> new Drive.Allocate(storage(gen), DiskSize.gib(gen.number(1, 4000)));
          case 1 ->
              new Drive.Import(
                  storage(gen),
                  Text.of(
                      gen.flag()
                          ? "/var/" + gen.text(NAME + " =;-_./", 1, 30) + "x"
                          : storage(gen) + ":import/" + gen.text(NAME, 1, 9) + ".qcow2"));
          case 2 -> new Drive.CloudInit(storage(gen));
          case 3 -> new Drive.NoVolume(gen.flag());
          case 4 -> new Drive.NodePath("/dev/disk/by-id/" + gen.text(NAME, 1, 12));
          default -> new Drive.Existing(disk(gen));
        };
    boolean there = source instanceof Drive.Existing || source instanceof Drive.NodePath;
    return new Drive(
        source,
        there ? gen.maybe(() -> size(gen)) : Optional.empty(),
        gen.maybe(() -> gen.one("raw", "qcow2", "vmdk")),
        gen.flag(),
        gen.flag(),
        gen.flag(),
        gen.flag(),
        gen.maybe(() -> gen.one(Drive.Cache.values())),
        more(gen));
  }

  public static EfiDisk efiDisk(Gen gen) {
    boolean there = gen.flag();
    LinkedHashMap<String, String> more = new LinkedHashMap<>();
    gen.maybe(() -> "2023").ifPresent(v -> more.put("ms-cert", v));
    return new EfiDisk(
        there ? new Drive.Existing(disk(gen)) : new Drive.Allocate(storage(gen), DiskSize.gib(1)),
        gen.flag(),
        gen.flag(),
        there ? gen.maybe(() -> size(gen)) : Optional.empty(),
        more);
  }

  public static String mac(Gen gen) {
    StringBuilder mac = new StringBuilder();
    mac.append(gen.text("0123456789ABCDEF", 1, 1)).append(gen.text("02468ACE", 1, 1));
    for (int i = 0; i < 5; i++) {
      mac.append(':').append(gen.text("0123456789ABCDEF", 2, 2));
    }
    return mac.toString();
  }

  private static OptionalInt maybe(Gen gen, int from, int to) {
    return gen.flag() ? OptionalInt.of(gen.number(from, to)) : OptionalInt.empty();
  }

  public static Net net(Gen gen) {
    return new Net(
        gen.one(List.copyOf(new java.util.TreeSet<>(Net.MODELS))),
        gen.maybe(() -> mac(gen)),
        gen.maybe(() -> gen.one("vmbr0", "vmbr1234", "my_vnet")),
        maybe(gen, 1, 4094),
        maybe(gen, 1, 65520),
        gen.flag(),
        gen.maybe(() -> BigDecimal.valueOf(gen.number(1, 100_000), 2)),
        gen.maybe(() -> gen.one("10", "10-20", "10;20-30;4094")),
        maybe(gen, 0, 64),
        gen.flag(),
        new LinkedHashMap<>());
  }

  private static String v4(Gen gen) {
    return gen.number(1, 223)
        + "."
        + gen.number(0, 255)
        + "."
        + gen.number(0, 255)
        + "."
        + gen.number(1, 254);
  }

  private static String v6(Gen gen) {
    return "2001:db8:"
        + Integer.toHexString(gen.number(0, 0xffff))
        + "::"
        + Integer.toHexString(gen.number(1, 0xffff));
  }

  public static IpConfig ipConfig(Gen gen) {
    Optional<String> ip = gen.maybe(() -> gen.flag() ? "dhcp" : v4(gen) + "/" + gen.number(8, 32));
    Optional<String> ip6 =
        ip.isEmpty() || gen.flag()
            ? Optional.of(gen.flag() ? gen.one("dhcp", "auto") : v6(gen) + "/" + gen.number(8, 128))
            : Optional.empty();
    return new IpConfig(
        ip,
        ip.filter(text -> text.contains("/")).flatMap(text -> gen.maybe(() -> v4(gen))),
        ip6,
        ip6.filter(text -> text.contains("/")).flatMap(text -> gen.maybe(() -> v6(gen))));
  }

  public static AgentOption agent(Gen gen) {
    LinkedHashMap<String, String> more = new LinkedHashMap<>();
    gen.maybe(() -> gen.one("0", "1")).ifPresent(v -> more.put("freeze-fs-on-backup", v));
    return new AgentOption(gen.flag(), gen.flag(), gen.maybe(() -> gen.one("virtio", "isa")), more);
  }

  public static BootOrder boot(Gen gen) {
    List<String> devices = new ArrayList<>();
    for (int i = gen.number(0, 4); i > 0; i--) {
      devices.add(gen.one("scsi", "virtio", "sata", "ide", "net") + gen.number(0, 3));
    }
    return new BootOrder(devices);
  }

  public static CiCustom ciCustom(Gen gen) {
    return new CiCustom(
        gen.maybe(() -> snippet(gen)),
        gen.maybe(() -> snippet(gen)),
        gen.maybe(() -> snippet(gen)),
        gen.maybe(() -> snippet(gen)));
  }

  public static Tags tags(Gen gen) {
    List<String> names = new ArrayList<>();
    for (int i = gen.number(0, 5); i > 0; i--) {
      names.add(gen.text(NAME + "_", 1, 1) + gen.text(NAME + "_-+.", 0, 12));
    }
    return new Tags(names);
  }

  public static SshKeys sshKeys(Gen gen) {
    List<String> lines = new ArrayList<>();
    for (int i = gen.number(0, 4); i > 0; i--) {
      lines.add(
          "ssh-ed25519 AAAA" + gen.text(NAME + "+/=", 10, 60) + " " + gen.text("aä€ %+@&", 1, 12));
    }
    return new SshKeys(lines);
  }
}
