package dev.proxkiln.sandbox.boot;

import dev.proxkiln.sandbox.refusal.Refusal;
import dev.proxkiln.sandbox.storage.DiskFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Makes a QEMU command line of a guest's configuration; a pure function of its inputs. */
final class QemuCommandLine {
  /** Program that is started. */
  static final String PROGRAM = "qemu-system-x86_64";

  /** Size of the variables of the 4 MiB firmware in bytes; a larger volume is cut to it. */
  private static final long VARIABLES = 540_672;

  private final MachineSpec spec;
  private final Place place;
  private final String accelerator;
  private final List<String> argv = new ArrayList<>();

  /**
   * Where a guest's files are.
   *
   * @param sockets folder of the sockets, short enough for their names
   * @param run folder of pid file and console logs
   * @param firmware folder of the OVMF files
   * @param variables EFI variables for guests that have no EFI disk
   * @param sshPort port on loopback that leads to the guest's port 22
   */
  record Place(Path sockets, Path run, Path firmware, Path variables, int sshPort) {
    Path pidFile(int vmid) {
      return run.resolve(vmid + ".pid");
    }

    Path console(int vmid, int number) {
      return run.resolve(vmid + ".serial" + number + ".log");
    }

    Path serial(int vmid, int number) {
      return sockets.resolve(vmid + ".serial" + number);
    }

    Path qmp(int vmid) {
      return sockets.resolve(vmid + ".qmp");
    }

    Path agent(int vmid) {
      return sockets.resolve(vmid + ".qga");
    }
  }

  private QemuCommandLine(MachineSpec spec, Place place, String accelerator) {
    this.spec = spec;
    this.place = place;
    this.accelerator = accelerator;
  }

  /**
   * The arguments, the program first.
   *
   * @param accelerator tcg or kvm
   */
  static List<String> of(MachineSpec spec, Place place, String accelerator) {
    return new QemuCommandLine(spec, place, accelerator).build();
  }

  private List<String> build() {
    refuseWhatCannotBe();
    int vmid = spec.vmid();
    add(PROGRAM, "-name", spec.name() + ",debug-threads=on");
    add("-pidfile", place.pidFile(vmid).toString(), "-daemonize");
    add("-nodefaults", "-no-user-config", "-display", "none");
    add("-machine", machine() + ",usb=off");
    add("-accel", accelerator.equals("kvm") ? "kvm" : "tcg,thread=multi,tb-size=1024");
    // Software emulation knows no vendor's model; its "max" has all that the generic ones promise.
    add("-cpu", accelerator.equals("kvm") ? "host" : "max");
    add("-smp", String.valueOf(Math.max(1, spec.cpus())), "-m", String.valueOf(spec.memory()));
    if (!spec.uuid().isEmpty()) {
      add("-smbios", "type=1,uuid=" + spec.uuid());
    }
    add("-boot", "menu=off,strict=on");
    if (option("reboot").equals("0")) {
      add("-no-reboot");
    }
    socket("qmp", place.qmp(vmid), Optional.empty());
    add("-mon", "chardev=qmp,mode=control");
    firmware();
    serialPorts();
    display();
    agent();
    random();
    controllers();
    spec.disks().forEach(this::disk);
    networks();
    return List.copyOf(argv);
  }

  private void add(String... arguments) {
    argv.addAll(List.of(arguments));
  }

  private String option(String name) {
    return spec.options().getOrDefault(name, "");
  }

  private void refuseWhatCannotBe() {
    for (String option : spec.options().keySet()) {
      if (option.equals("args") || option.matches("(?:hostpci|virtiofs)\\d+")) {
        throw Refusal.notImplemented(
            "the sandbox node cannot start guests with the option '" + option + "'");
      }
    }
  }

  private boolean q35() {
    return option("machine").contains("q35");
  }

  /** The newest machine of the kind that is asked for; versions of other QEMUs are not known. */
  private String machine() {
    return q35() ? "q35" : "pc";
  }

  private void firmware() {
    if (!option("bios").equals("ovmf")) {
      return;
    }
    Path code = place.firmware().resolve("OVMF_CODE_4M.fd");
    add("-drive", "if=pflash,unit=0,format=raw,readonly=on,file=" + escaped(code));
    DiskFile variables = spec.firmware().orElse(new DiskFile(place.variables(), "raw"));
    String inner =
        variables.format().equals("raw")
            ? "file.driver=file,file.filename=" + escaped(variables.path())
            : "file.driver="
                + variables.format()
                + ",file.file.driver=file,file.file.filename="
                + escaped(variables.path());
    add("-drive", "if=pflash,unit=1,driver=raw,size=" + VARIABLES + "," + inner);
  }

  private void serialPorts() {
    for (int i = 0; i < 4; i++) {
      if (option("serial" + i).equals("socket")) {
        String id = "serial" + i;
        socket(id, place.serial(spec.vmid(), i), Optional.of(place.console(spec.vmid(), i)));
        add("-device", "isa-serial,chardev=" + id);
      }
    }
  }

  private void socket(String id, Path path, Optional<Path> log) {
    String logged = log.map(file -> ",logappend=on,logfile=" + escaped(file)).orElse("");
    add("-chardev", "socket,id=" + id + ",path=" + escaped(path) + ",server=on,wait=off" + logged);
  }

  private void display() {
    String vga = option("vga").replaceFirst("^type=", "").replaceFirst(",.*", "");
    if (!vga.startsWith("serial") && !vga.equals("none")) {
      add("-device", vga.startsWith("virtio") ? "virtio-vga" : "VGA");
    }
  }

  private void agent() {
    if (option("agent").matches("(?:.*,)?(?:enabled=)?(?:1|on|yes|true)(?:,.*)?")) {
      socket("qga0", place.agent(spec.vmid()), Optional.empty());
      add("-device", "virtio-serial-pci,id=qga0-bus");
      add("-device", "virtserialport,chardev=qga0,name=org.qemu.guest_agent.0,bus=qga0-bus.0");
    }
  }

  private void random() {
    if (!option("rng0").isEmpty()) {
      add("-object", "rng-random,filename=/dev/urandom,id=rng0");
      add("-device", "virtio-rng-pci,rng=rng0");
    }
  }

  private String scsiController() {
    return switch (option("scsihw")) {
      case "virtio-scsi-pci", "virtio-scsi-single" -> "virtio-scsi-pci";
      case "megasas" -> "megasas";
      case "pvscsi" -> "pvscsi";
      case "lsi53c810" -> "lsi53c810";
      default -> "lsi";
    };
  }

  private void controllers() {
    if (spec.disks().stream().anyMatch(disk -> disk.slot().startsWith("scsi"))) {
      add("-device", scsiController() + ",id=scsihw0");
    }
    if (spec.disks().stream().anyMatch(disk -> disk.slot().startsWith("sata"))) {
      add("-device", "ich9-ahci,id=ahci0");
    }
  }

  private void disk(MachineSpec.Disk disk) {
    String slot = disk.slot();
    String id = "drive-" + slot;
    boolean discard = disk.properties().getOrDefault("discard", "ignore").equals("on");
    String access =
        disk.cdrom()
            ? ",media=cdrom,readonly=on"
            : discard
                ? ",cache=unsafe,detect-zeroes=unmap,discard=unmap"
                : ",cache=unsafe,detect-zeroes=on";
    add(
        "-drive",
        "if=none,id="
            + id
            + ",format="
            + disk.file().format()
            + ",file="
            + escaped(disk.file().path())
            + access
            + (disk.properties().getOrDefault("ro", "0").equals("1") ? ",readonly=on" : ""));
    int number = Integer.parseInt(slot.replaceFirst("^[a-z]+", ""));
    String kind = disk.cdrom() ? "cd" : "hd";
    String device =
        switch (slot.replaceFirst("\\d+$", "")) {
          case "scsi" -> "scsi-" + kind + ",bus=scsihw0.0,scsi-id=" + number;
          case "sata" -> "ide-" + kind + ",bus=ahci0." + number;
          case "ide" -> "ide-" + kind + "," + ideBus(number);
          default -> "virtio-blk-pci";
        };
    String serial = disk.properties().getOrDefault("serial", "");
    String rotation =
        disk.properties().getOrDefault("ssd", "0").equals("1") && device.startsWith("scsi-hd")
            ? ",rotation_rate=1"
            : "";
    add(
        "-device",
        device
            + ",drive="
            + id
            + ",id="
            + slot
            + (serial.isEmpty() ? "" : ",serial=" + serial)
            + rotation
            + bootIndex(slot));
  }

  private String ideBus(int number) {
    return q35() ? "bus=ide." + number : "bus=ide." + number / 2 + ",unit=" + number % 2;
  }

  private String bootIndex(String slot) {
    int index = spec.boot().indexOf(slot);
    return index < 0 ? "" : ",bootindex=" + (100 + index);
  }

  private void networks() {
    int number = 0;
    for (MachineSpec.Network network : spec.networks()) {
      UserNetwork user = UserNetwork.of(network.ipconfig(), number);
      String forward =
          number == 0
              ? ",hostfwd=tcp:127.0.0.1:" + place.sshPort() + "-" + user.guest() + ":22"
              : "";
      add("-netdev", "user,id=" + network.slot() + user.options() + forward);
      add(
          "-device",
          model(network.model())
              + ",netdev="
              + network.slot()
              + ",mac="
              + network.mac().toLowerCase(Locale.ROOT)
              + ",romfile="
              + bootIndex(network.slot()));
      number++;
    }
  }

  private static String model(String model) {
    return model.equals("virtio") ? "virtio-net-pci" : model;
  }

  /** A comma in a file name is doubled in QEMU's option lists. */
  private static String escaped(Path path) {
    return path.toString().replace(",", ",,");
  }
}
