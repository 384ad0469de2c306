package dev.proxkiln.sandbox.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.proxkiln.sandbox.refusal.Refusal;
import dev.proxkiln.sandbox.storage.DiskFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class QemuCommandLineTest {
  private static final QemuCommandLine.Place PLACE =
      new QemuCommandLine.Place(
          Path.of("/run/s"), Path.of("/run/s"), Path.of("/fw"), Path.of("/run/s/efi"), 2222);

  private static String line(Map<String, String> options, MachineSpec.Disk... disks) {
    MachineSpec spec =
        new MachineSpec(
            101,
            "web",
            1024,
            2,
            options,
            "11111111-2222-3333-4444-555555555555",
            List.of(disks),
            List.of(new MachineSpec.Network("net0", "virtio", "BC:24:11:00:00:01", "ip=dhcp")),
            List.of("scsi0"),
            Optional.of(new DiskFile(Path.of("/d/efi.overlay"), "qcow2")),
            Optional.empty());
    return String.join(" ", QemuCommandLine.of(spec, PLACE, "tcg"));
  }

  private static MachineSpec.Disk disk(String slot, boolean cdrom, Map<String, String> more) {
    return new MachineSpec.Disk(
        slot, new DiskFile(Path.of("/d/a,b.qcow2"), "qcow2"), cdrom, 1 << 20, more);
  }

  @Test
  void putsAgentSerialPortAndNetworkOnTheMachine() {
    String line =
        line(
            Map.of("agent", "enabled=1", "serial0", "socket", "scsihw", "virtio-scsi-single"),
            disk("scsi0", false, Map.of("discard", "on", "ssd", "1")));
    assertThat(line)
        .startsWith("qemu-system-x86_64 -name web,debug-threads=on -pidfile /run/s/101.pid")
        .contains("-daemonize")
        .contains("-machine pc,usb=off -accel tcg,thread=multi,tb-size=1024 -cpu max")
        .contains("logappend=on,logfile=/run/s/101.serial0.log -device isa-serial,chardev=serial0")
        .contains("virtserialport,chardev=qga0,name=org.qemu.guest_agent.0")
        .contains("-device virtio-scsi-pci,id=scsihw0")
        .contains("file=/d/a,,b.qcow2,cache=unsafe,detect-zeroes=unmap,discard=unmap")
        .contains(
            "scsi-hd,bus=scsihw0.0,scsi-id=0,drive=drive-scsi0,id=scsi0,rotation_rate=1,"
                + "bootindex=100")
        .contains("-netdev user,id=net0,hostfwd=tcp:127.0.0.1:2222-10.0.2.15:22")
        .contains("virtio-net-pci,netdev=net0,mac=bc:24:11:00:00:01,romfile=")
        .doesNotContain("pflash");
  }

  @Test
  void cutsTheFirmwareVariablesToTheirSize() {
    assertThat(line(Map.of("bios", "ovmf", "machine", "q35")))
        .contains("-machine q35,usb=off")
        .contains("if=pflash,unit=0,format=raw,readonly=on,file=/fw/OVMF_CODE_4M.fd")
        .contains(
            "if=pflash,unit=1,driver=raw,size=540672,file.driver=qcow2,file.file.driver=file"
                + ",file.file.filename=/d/efi.overlay");
  }

  @Test
  void findsTheRightBusForIdeDrives() {
    assertThat(line(Map.of(), disk("ide3", true, Map.of())))
        .contains("ide-cd,bus=ide.1,unit=1,drive=drive-ide3")
        .contains("media=cdrom,readonly=on");
    assertThat(line(Map.of("machine", "q35"), disk("ide2", true, Map.of())))
        .contains("ide-cd,bus=ide.2,drive=drive-ide2");
    assertThat(line(Map.of(), disk("sata1", false, Map.of())))
        .contains("ich9-ahci,id=ahci0")
        .contains("ide-hd,bus=ahci0.1,drive=drive-sata1");
    assertThat(line(Map.of(), disk("virtio0", false, Map.of("serial", "S1"))))
        .contains("virtio-blk-pci,drive=drive-virtio0,id=virtio0,serial=S1");
  }

  @Test
  void leavesTheScreenOutForASerialOne() {
    assertThat(line(Map.of("vga", "serial0"))).doesNotContain("VGA");
    assertThat(line(Map.of())).contains("-device VGA");
  }

  @Test
  void refusesWhatItCannotGive() {
    assertThatThrownBy(() -> line(Map.of("args", "-device x")))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("option 'args'");
  }

  @Test
  void endsWhereTheGuestMayNotRestartByItself() {
    assertThat(line(Map.of("reboot", "0"))).contains(" -no-reboot ");
    assertThat(line(Map.of("reboot", "1"))).doesNotContain("-no-reboot");
  }
}
