package dev.proxkiln.template.create;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.StorageFacts;
import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.BadValue;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.template.catalogue.Catalogue;
import dev.proxkiln.template.catalogue.Firmware;
import dev.proxkiln.template.catalogue.Image;
import dev.proxkiln.template.catalogue.Needs;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The settings of {@code template create}. Defaults come from the image and from the target.
 *
 * <p>What depends on the target as a whole (is the storage there, is the VM ID free) is not a rule
 * of a field: those have problems of their own, raised by {@link TemplateCreate}.
 */
final class TemplateFields {

  /** PVE guests of this kind only: the others are root's own business. */
  static final String ARCH = "amd64";

  private static final long MEBIBYTE = 1L << 20;
  private static final long GIBIBYTE = 1L << 30;

  /** LVM rounds sizes up to this, so other sizes would not come back as they were given. */
  private static final long GRAIN = 4 * MEBIBYTE;

  private final Supplier<Catalogue> catalogue;

  // ---- Image ----

  final Field<String> image;

  final Field<Boolean> pinned =
      Field.of(
              "pinned",
              "Dated build",
              Type.flag(),
              "Take the dated build that the catalogue knows by digest, in place of the newest.")
          .byDefault(false);

  // ---- Guest ----

  final Field<Long> vmid =
      Field.of(
              "vmid",
              "VM ID",
              Type.integer(100, 999_999_999),
              "VM ID of the template; left out, the next free one is taken.")
          .choosing(
              facts ->
                  facts.nextId().isPresent()
                      ? List.of(
                          new Field.Choice(
                              Long.toString(facts.nextId().getAsLong()), "next free ID"))
                      : List.of());

  final Field<String> name;

  final Field<List<String>> tags =
      Field.of(
              "tags",
              "Tags",
              Type.listOf(
                  Type.text(
                      "TAG",
                      "[a-zA-Z0-9_][a-zA-Z0-9_.+-]{0,59}",
                      "Use letters, digits and _ - + . only."),
                  ",; "),
              "Tags of the template, besides those that proxkiln sets itself.")
          .ruled(
              (given, facts, answers) ->
                  given.stream()
                      .filter(tag -> tag.equals("proxkiln") || tag.startsWith("run-"))
                      .findFirst()
                      .map(
                          tag ->
                              new BadValue(
                                  "holds '" + tag + "', which proxkiln sets itself",
                                  "Leave it out.")));

  final Field<String> notes =
      Field.of(
          "notes",
          "Notes",
          Type.anyText(4000),
          "Text for the notes of the template; where it comes from is written below it.");

  final Field<String> pool =
      Field.of(
              "pool",
              "Pool",
              Type.text(
                  "POOL",
                  "[A-Za-z][A-Za-z0-9_.-]*(?:/[A-Za-z][A-Za-z0-9_.-]*){0,2}",
                  "Give the name of a resource pool."),
              "Resource pool that the template joins.")
          .choosing(facts -> facts.pools().stream().map(p -> new Field.Choice(p, "")).toList());

  // ---- Hardware ----

  final Field<String> storage =
      Field.of("storage", "Storage", storageId(), "Storage for the template's disks.")
          .byDefault((facts, answers) -> first(facts, "images"))
          .choosing(facts -> choices(facts, "images"));

  final Field<String> imageStorage =
      Field.of(
              "image-storage",
              "Image storage",
              storageId(),
              "Storage that takes the uploaded image, where the node cannot read it by its path.")
          .byDefault(
              (facts, answers) -> facts.importsByPath() ? Optional.empty() : first(facts, "import"))
          .choosing(facts -> choices(facts, "import"));

  final Field<Long> diskSize;

  final Field<String> diskBus =
      Field.of(
              "disk-bus",
              "Disk bus",
              Type.word("BUS", "scsi", "virtio", "sata"),
              "Bus of the disk; scsi means virtio-scsi.")
          .byDefault("scsi");

  final Field<Long> cores =
      Field.of("cores", "Cores", Type.integer(1, 512), "Processor cores in each socket.")
          .byDefault(2L);

  final Field<Long> sockets =
      Field.of("sockets", "Sockets", Type.integer(1, 4), "Processor sockets.").byDefault(1L);

  final Field<Long> memory;
  final Field<String> cpu;
  final Field<String> machine;
  final Field<String> firmware;
  final Field<Boolean> secureBoot;

  // ---- Network ----

  final Field<String> bridge =
      Field.of(
              "bridge",
              "Bridge",
              Type.text("BRIDGE", "[a-zA-Z][a-zA-Z0-9_.-]{0,19}", "Give a bridge, like vmbr0."),
              "Bridge or virtual network that the first interface joins.")
          .byDefault((facts, answers) -> facts.bridges().stream().findFirst())
          .choosing(facts -> facts.bridges().stream().map(b -> new Field.Choice(b, "")).toList());

  final Field<Long> vlan =
      Field.of("vlan", "VLAN", Type.integer(1, 4094), "VLAN tag of the first interface.");

  final Field<Long> mtu =
      Field.of(
              "mtu",
              "MTU",
              Type.integer(1, 65520),
              "Largest packet of the first interface in bytes; 1 takes the bridge's.")
          .ruled(
              (value, facts, answers) ->
                  value > 1 && value < 576
                      ? Optional.of(
                          new BadValue(
                              "is smaller than any network allows",
                              "Give 576 to 65520, or 1 for the bridge's own."))
                      : Optional.empty());

  final Field<Boolean> firewall =
      Field.of(
              "firewall",
              "Firewall",
              Type.flag(),
              "Whether the node's firewall looks at the first interface.")
          .byDefault(false);

  final Field<String> ipv4 =
      Field.of(
              "ipv4",
              "IPv4",
              Type.network(4, "dhcp", "none"),
              "IPv4 of clones: dhcp, none, or an address with its prefix length.")
          .byDefault("dhcp")
          .ruled((value, facts, answers) -> shortPrefix(value));

  final Field<String> gateway =
      gateway("gateway", "IPv4 gateway", ipv4, 4).onlyWhen(answers -> isStatic(answers, ipv4));

  final Field<String> ipv6 =
      Field.of(
              "ipv6",
              "IPv6",
              Type.network(6, "auto", "dhcp", "none"),
              "IPv6 of clones: auto (SLAAC), dhcp, none, or an address with its prefix length.")
          .byDefault("none")
          .ruled(
              (value, facts, answers) ->
                  value.equals("none") && answers.find(ipv4).orElse("dhcp").equals("none")
                      ? Optional.of(
                          new BadValue(
                              "leaves clones without any address, since --ipv4 is none too",
                              "Give --ipv4 dhcp or --ipv6 auto."))
                      : shortPrefix(value));

  final Field<String> gateway6 =
      gateway("gateway6", "IPv6 gateway", ipv6, 6).onlyWhen(answers -> isStatic(answers, ipv6));

  final Field<List<String>> dns =
      Field.of(
          "dns",
          "DNS servers",
          Type.listOf(Type.address(0), ",; "),
          "DNS servers of clones; left out, those of the node.");

  final Field<List<String>> searchDomains =
      Field.of(
          "search-domain",
          "Search domains",
          Type.listOf(Type.dnsName(), ",; "),
          "DNS search domains of clones; left out, that of the node.");

  // ---- Access ----

  final Field<String> user;

  final Field<String> password =
      Field.of(
              "password",
              "Password",
              Type.text(
                  "SECRET",
                  "secret:[a-z0-9][a-z0-9._-]{0,63}",
                  "Give secret:NAME; the secret holds the password or its crypt hash."),
              "Password of the user, as secret:NAME or as a crypt hash; never in clear.")
          .from(Field.Source.SECRET);

  final Field<List<String>> sshKeys =
      Field.of(
              "ssh-keys",
              "SSH keys",
              Type.listOf(
                  Type.text(
                      "KEY",
                      "(?:ssh-(?:ed25519|rsa)|ecdsa-sha2-nistp(?:256|384|521)"
                          + "|sk-(?:ssh-ed25519|ecdsa-sha2-nistp256)@openssh\\.com)"
                          + " [A-Za-z0-9+/]{40,}={0,2}(?: [^\\p{Cntrl}]*)?",
                      "Give a public key as in a .pub file, a file name, agent or host."),
                  ""),
              "Public keys that may log in: agent, host, a file, or a key itself; one a line.")
          .from(Field.Source.SSH_KEYS);

  final Field<String> timezone =
      Field.of(
              "timezone",
              "Time zone",
              Type.text(
                  "ZONE", "[A-Za-z0-9_+-]+(?:/[A-Za-z0-9_+-]+){0,2}", "Example: Europe/Berlin."),
              "Time zone of clones, for example Europe/Berlin; needs a snippet on the node.")
          .ruled(
              (zone, facts, answers) ->
                  ZoneId.getAvailableZoneIds().contains(zone)
                      ? Optional.empty()
                      : Optional.of(
                          new BadValue("is no known time zone", "Give one like Europe/Berlin.")));

  final Field<Boolean> upgrade =
      Field.of(
              "upgrade",
              "Upgrade",
              Type.flag(),
              "Whether a clone upgrades all packages at its first boot, which takes minutes.")
          .byDefault(false);

  final Field<Boolean> installAgent =
      Field.of(
              "install-agent",
              "Install agent",
              Type.flag(),
              "Let clones install the QEMU guest agent at their first boot, for images without it;"
                  + " needs a snippet on the node.")
          .byDefault(false)
          .ruled(
              (wanted, facts, answers) ->
                  wanted
                          && needs(answers)
                              .map(n -> n.packages().equals("transactional-update"))
                              .orElse(false)
                      ? Optional.of(
                          new BadValue(
                              "cannot work on an image with a read-only root", "Leave it out."))
                      : Optional.empty());

  TemplateFields(Supplier<Catalogue> catalogue) {
    this.catalogue = catalogue;
    image =
        Field.of(
                "image",
                "Image",
                Type.text(
                    "IMAGE", "[a-z0-9][a-z0-9.-]{0,59}", "Give an image, for example debian-13."),
                "Cloud image to start from, by its ID or an alias; see: catalog list.")
            .choosing(
                facts ->
                    catalogue.get().list().stream()
                        .filter(i -> i.arch().contains(ARCH))
                        .map(i -> new Field.Choice(i.id(), i.title()))
                        .toList())
            .mandatory()
            .at(1);
    name =
        Field.of("name", "Name", Type.dnsName(), "Name of the template; clones may have others.")
            .byDefault(
                (facts, answers) -> chosen(answers).map(found -> found.id().replace('.', '-')));
    diskSize =
        Field.of(
                "disk-size",
                "Disk size",
                Type.size("G", 64 * MEBIBYTE, 64 * 1024 * GIBIBYTE, GRAIN),
                "Size of the disk; an image's disk can grow, never shrink.")
            .byDefault((facts, answers) -> needs(answers).map(TemplateFields::leastDisk))
            .ruled(
                (size, facts, answers) ->
                    needs(answers)
                        .filter(needs -> size < Math.max(needs.minDisk(), least(needs)))
                        .map(needs -> tooSmall("disk", Math.max(needs.minDisk(), least(needs)))));
    memory =
        Field.of(
                "memory",
                "Memory",
                Type.size("M", 16 * MEBIBYTE, 16 * 1024 * GIBIBYTE, MEBIBYTE),
                "Memory of clones.")
            .byDefault(2 * GIBIBYTE)
            .ruled(
                (size, facts, answers) ->
                    needs(answers)
                        .filter(needs -> size < needs.memory())
                        .map(needs -> tooSmall("memory", needs.memory())));
    cpu =
        Field.of(
                "cpu",
                "CPU type",
                Type.text(
                    "CPU",
                    "(?:custom-)?[A-Za-z][A-Za-z0-9._-]{0,39}",
                    "Give a CPU type of the node, for example x86-64-v2-AES or host."),
                "CPU type of clones; it decides which nodes they can run on.")
            .byDefault((facts, answers) -> needs(answers).map(Needs::cpu))
            .choosing(
                facts ->
                    List.of(
                        new Field.Choice("x86-64-v2-AES", "any server since about 2011"),
                        new Field.Choice("x86-64-v3", "any server since about 2015"),
                        new Field.Choice("x86-64-v4", "with AVX-512"),
                        new Field.Choice("host", "as the node: fastest, migrates badly"),
                        new Field.Choice("max", "all that the emulation has")));
    machine =
        Field.of("machine", "Machine", Type.word("MACHINE", "q35", "i440fx"), "Chipset of clones.")
            .byDefault((facts, answers) -> needs(answers).map(Needs::machine));
    firmware =
        Field.of(
                "firmware",
                "Firmware",
                Type.word("FIRMWARE", "bios", "uefi"),
                "What starts clones; left out, bios where the image can, because it is simpler.")
            .byDefault((facts, answers) -> chosen(answers).map(found -> preferred(found).word()));
    secureBoot =
        Field.of(
                "secure-boot",
                "Secure Boot",
                Type.flag(),
                "Whether the usual Secure Boot keys are enrolled; needs a signed boot chain.")
            .byDefault((facts, answers) -> needs(answers).map(Needs::secureBoot))
            .ruled(
                (wanted, facts, answers) ->
                    wanted && !needs(answers).map(Needs::secureBoot).orElse(true)
                        ? Optional.of(
                            new BadValue(
                                "cannot work: nothing in this image is signed",
                                "Give --secure-boot false."))
                        : Optional.empty())
            .onlyWhen(answers -> isUefi(answers));
    user =
        Field.of(
                "user",
                "User",
                Type.text(
                    "USER",
                    "[a-z_][a-z0-9_-]{0,31}",
                    "Use small letters, digits, _ and -, a letter first."),
                "First user of clones; may become root by sudo.")
            .byDefault((facts, answers) -> needs(answers).map(Needs::user));
  }

  Schema schema() {
    return new Schema(
        List.of(
            new Schema.Page("Image", List.of(image, pinned)),
            new Schema.Page("Guest", List.of(vmid, name, tags, notes, pool)),
            new Schema.Page(
                "Hardware",
                List.of(
                    storage,
                    imageStorage,
                    diskSize,
                    diskBus,
                    cores,
                    sockets,
                    memory,
                    cpu,
                    machine,
                    firmware,
                    secureBoot)),
            new Schema.Page(
                "Network",
                List.of(
                    bridge,
                    vlan,
                    mtu,
                    firewall,
                    ipv4,
                    gateway,
                    ipv6,
                    gateway6,
                    dns,
                    searchDomains)),
            new Schema.Page(
                "Access", List.of(user, password, sshKeys, timezone, upgrade, installAgent))));
  }

  /** The image that was chosen, where it is in the catalogue. */
  Optional<Image> chosen(Answers answers) {
    return answers.find(image).flatMap(word -> catalogue.get().find(word));
  }

  private Optional<Needs> needs(Answers answers) {
    return chosen(answers).map(Image::needs);
  }

  private boolean isUefi(Answers answers) {
    return answers.find(firmware).map("uefi"::equals).orElse(false);
  }

  /** BIOS where the image can: no disk for variables, no certificates that run out. */
  static Firmware preferred(Image image) {
    return image.firmware(ARCH).contains(Firmware.BIOS) || image.firmware(ARCH).isEmpty()
        ? Firmware.BIOS
        : Firmware.UEFI;
  }

  private static long least(Needs needs) {
    return needs.virtualSize().orElse(0L);
  }

  private static long leastDisk(Needs needs) {
    long least = Math.max(needs.minDisk(), least(needs));
    return (least + GRAIN - 1) / GRAIN * GRAIN;
  }

  private static BadValue tooSmall(String what, long least) {
    return new BadValue(
        "is less than the " + Type.printSize(least) + " of " + what + " that the image needs",
        "Give " + Type.printSize(least) + " or more.");
  }

  private static Type<String> storageId() {
    return Type.text(
        "STORAGE", "[A-Za-z][A-Za-z0-9_.-]*[A-Za-z0-9]", "Give the ID of a storage, like local.");
  }

  private static Optional<String> first(Facts facts, String content) {
    return facts.storagesFor(content).stream().map(StorageFacts::id).findFirst();
  }

  private static List<Field.Choice> choices(Facts facts, String content) {
    Function<StorageFacts, String> about =
        s -> s.type() + s.availableBytes().map(b -> ", " + (b >> 30) + " GiB free").orElse("");
    return facts.storagesFor(content).stream()
        .map(s -> new Field.Choice(s.id(), about.apply(s)))
        .toList();
  }

  /** PVE takes prefixes from 8 on (pve-common: PVE/JSONSchema.pm, CIDR formats). */
  private static Optional<BadValue> shortPrefix(String value) {
    return value.contains("/") && Subnet.of(value).length() < 8
        ? Optional.of(
            new BadValue(
                "has a prefix length that Proxmox VE does not take", "Give 8 or more, like /24."))
        : Optional.empty();
  }

  private static boolean isStatic(Answers answers, Field<String> address) {
    return answers.find(address).map(value -> value.contains("/")).orElse(false);
  }

  private static Field<String> gateway(
      String key, String label, Field<String> address, int family) {
    return Field.of(
            key,
            label,
            Type.address(family),
            "Gateway for a static " + (family == 4 ? "IPv4" : "IPv6") + " address.")
        .ruled(
            (value, facts, answers) ->
                answers
                    .find(address)
                    .filter(own -> !Subnet.of(own).contains(value))
                    .filter(own -> !value.startsWith("fe80:"))
                    .map(
                        own ->
                            new BadValue(
                                "is not in the network of '" + own + "'",
                                "Give a gateway that the guest can reach directly.")));
  }
}
