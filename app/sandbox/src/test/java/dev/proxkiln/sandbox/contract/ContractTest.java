package dev.proxkiln.sandbox.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ContractTest {
  private static final String CREATE = "/nodes/pve/qemu";
  private final Contract contract = Contract.of("9.2");

  private List<Violation> create(String... pairs) {
    Map<String, String> parameters = new HashMap<>();
    parameters.put("vmid", "100");
    for (int i = 0; i < pairs.length; i += 2) {
      parameters.put(pairs[i], pairs[i + 1]);
    }
    return contract.check("POST", CREATE, parameters);
  }

  private void refuses(String name, String value, String where, String why) {
    assertThat(create(name, value))
        .singleElement()
        .satisfies(
            violation -> {
              assertThat(violation.parameter()).isEqualTo(where);
              assertThat(violation.reason()).contains(why);
            });
  }

  @Test
  void acceptsAWholeTemplateCreateInAllVersions() {
    Map<String, String> parameters =
        Map.ofEntries(
            Map.entry("vmid", "9000"),
            Map.entry("name", "debian-12"),
            Map.entry("ostype", "l26"),
            Map.entry("memory", "2048"),
            Map.entry("cores", "2"),
            Map.entry("cpu", "x86-64-v2-AES"),
            Map.entry("machine", "q35"),
            Map.entry("bios", "ovmf"),
            Map.entry("scsihw", "virtio-scsi-single"),
            Map.entry("agent", "enabled=1"),
            Map.entry("serial0", "socket"),
            Map.entry("vga", "serial0"),
            Map.entry("rng0", "source=/dev/urandom"),
            Map.entry("net0", "virtio,bridge=vmbr0,tag=20,mtu=1,firewall=0"),
            Map.entry("tags", "proxkiln;debian"),
            Map.entry("description", "made by a test"),
            Map.entry("tablet", "0"),
            Map.entry("onboot", "0"),
            Map.entry("efidisk0", "local-lvm:1,efitype=4m,pre-enrolled-keys=0"),
            Map.entry("scsi0", "local-lvm:0,import-from=local:import/x.qcow2,discard=on,ssd=1"),
            Map.entry("scsi1", "local-lvm:cloudinit"),
            Map.entry("boot", "order=scsi0"),
            Map.entry("ciuser", "admin"),
            Map.entry("sshkeys", "ssh-ed25519%20AAAA%20me%40host"),
            Map.entry("ipconfig0", "ip=10.0.0.5/24,gw=10.0.0.1,ip6=auto"),
            Map.entry("nameserver", "1.1.1.1 9.9.9.9"),
            Map.entry("searchdomain", "example.org"),
            Map.entry("ciupgrade", "0"),
            Map.entry("cicustom", "vendor=local:snippets/agent.yaml"));
    for (String version : Contract.versions()) {
      assertThat(Contract.of(version).check("POST", CREATE, parameters)).isEmpty();
    }
  }

  @Test
  void refusesUnknownParameter() {
    refuses("coress", "2", "coress", "property is not defined in schema");
  }

  @Test
  void refusesMissingParameter() {
    assertThat(contract.check("POST", CREATE, Map.of()))
        .containsExactly(new Violation("vmid", "property is missing and it is not optional"));
  }

  @Test
  void refusesValueOutsideTheEnumeration() {
    refuses("bios", "uefi", "bios", "'uefi' does not have a value in the enumeration 'seabios");
  }

  @Test
  void refusesNumbersOutOfRange() {
    refuses("cores", "0", "cores", "value must have a minimum value of 1");
    refuses("memory", "15", "memory", "memory.current: value must have a minimum value of 16");
    refuses("vmid", "99", "vmid", "value does not look like a valid VM ID");
  }

  @Test
  void refusesWrongTypes() {
    refuses("cores", "two", "cores", "type check ('integer') failed - got 'two'");
    refuses("onboot", "yes", "onboot", "type check ('boolean') failed - got 'yes'");
  }

  @Test
  void namesTheKeyOfABadPropertyString() {
    refuses(
        "net0",
        "virtio,bridge=vmbr0,tag=4095",
        "net0",
        "invalid format - format error\nnet0.tag: value must have a maximum value of 4094");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "net0 | bridge=vmbr0 | net0.model: property is missing and it is not optional",
        "net0 | virtio,bridge=vm br0 | invalid bridge ID 'vm br0'",
        "net0 | virtio,virtio | duplicate key in comma-separated list property: model",
        "net0 | virtio=01:00:00:00:00:01 | value does not look like a valid unicast MAC address",
        "net0 | virtio=BC:24:11:00:00:01,macaddr=BC:24:11:00:00:02 | duplicate key",
        "net0 | virtio,colour=red | invalid key in comma-separated list property: colour",
        "net0 | virtio,tag= | missing key in comma-separated list property",
        "scsi0 | local-lvm:32,size=big | value does not look like a valid disk size: big",
        "scsi0 | size=3G | scsi0.file: property is missing and it is not optional",
        "scsi0 | nocolon | unable to parse volume ID 'nocolon'",
        "scsi0 | local:1,format=qcow3 | does not have a value in the enumeration",
        "efidisk0 | local:1,efitype=8m | efidisk0.efitype",
        "agent | type=virtio | agent.enabled: property is missing and it is not optional",
        "ipconfig0 | gw=10.0.0.1 | missing property required by 'ipconfig0.gw'",
        "ipconfig0 | ip=10.0.0.5 | value does not look like a valid ipv4 network configuration",
        "ipconfig0 | ip6=fe80::1/200 | value does not look like a valid ipv6 network configuration",
        "boot | order=scsi0;efidisk0 | invalid boot device 'efidisk0'",
        "cpu | x86-64-v9 | Built-in cputype 'x86-64-v9' is not defined",
        "cpu | custom-mine | Custom cputype 'mine' not found",
        "cpu | flags=+aes | CPU is missing cputype",
        "cpu | kvm64,flags=+avx512 | VM-specific CPU flags must be a subset of",
        "tags | good,b@d | invalid characters in tag",
        "name | under_score | value does not look like a valid DNS name",
        "sshkeys | ssh-rsa AAAA | invalid urlencoded string",
        "cicustom | vendor=agent.yaml | unable to parse volume ID 'agent.yaml'",
        "serial0 | socket2 | value does not match the regex pattern",
        "machine | q36 | value does not match the regex pattern",
        "rng0 | max_bytes=1 | rng0.source: property is missing and it is not optional",
        "nameserver | 1.1.1.1,not valid_name | value does not look like a valid address",
        "startup | order=x | unable to parse startup options",
        "pool | a/b/c/d | nested too deeply",
      })
  void refusesBadValue(String name, String value, String why) {
    assertThat(create(name, value))
        .singleElement()
        .extracting(Violation::reason)
        .asString()
        .contains(why);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"scsi31", "virtio16", "sata6", "ide4", "net32", "serial4", "ipconfig32", "scsi01"})
  void refusesSlotsThatDoNotExist(String slot) {
    String value =
        slot.startsWith("net")
            ? "virtio"
            : slot.startsWith("serial") ? "socket" : slot.startsWith("ip") ? "ip=dhcp" : "local:1";
    assertThat(create(slot, value)).extracting(Violation::parameter).containsExactly(slot);
  }

  @ParameterizedTest
  @ValueSource(strings = {"scsi30", "virtio15", "sata5", "ide3"})
  void acceptsTheLastSlots(String slot) {
    assertThat(create(slot, "local:1")).isEmpty();
  }

  @Test
  void reportsEverythingAtOnce() {
    assertThat(create("coress", "2", "bios", "uefi", "net0", "virtio,tag=0"))
        .extracting(Violation::parameter)
        .containsExactly("bios", "coress", "net0");
  }

  @Test
  void refusesUnknownPathAndVerb() {
    assertThat(contract.check("GET", "/nodes/pve/qemuu", Map.of()))
        .extracting(Violation::reason)
        .containsExactly("Method 'GET /nodes/pve/qemuu' not implemented");
    assertThat(contract.check("DELETE", "/version", Map.of())).isNotEmpty();
  }

  @Test
  void takesTheRestOfThePathAsAVolume() {
    assertThat(
            contract
                .find("DELETE", "/nodes/pve/storage/local/content/local:iso/a.iso")
                .orElseThrow())
        .satisfies(
            match -> {
              assertThat(match.variables()).containsEntry("volume", "local:iso/a.iso");
              assertThat(match.endpoint().template())
                  .isEqualTo("/nodes/{node}/storage/{storage}/content/{volume}");
            });
  }

  @Test
  void demandsWhatAParameterRequires() {
    assertThat(
            contract.check(
                "POST",
                "/nodes/pve/storage/local/download-url",
                Map.of(
                    "content", "import",
                    "filename", "a.qcow2",
                    "url", "https://x/a",
                    "checksum", "00")))
        .containsExactly(
            new Violation("checksum-algorithm", "missing property required by 'checksum'"));
  }

  @Test
  void knowsWhatOnlyNewerReleasesHave() {
    assertThat(create("ha-managed", "1")).isEmpty();
    assertThat(Contract.of("8.4").check("POST", CREATE, Map.of("vmid", "100", "ha-managed", "1")))
        .hasSize(1);
    assertThat(
            Contract.of("8.4")
                .check("POST", CREATE, Map.of("vmid", "100", "cpu", "host,flags=+nested-virt")))
        .hasSize(1);
    assertThat(create("cpu", "host,flags=+nested-virt")).isEmpty();
  }

  @Test
  void takesListsForArrays() {
    String exec = "/nodes/pve/qemu/100/agent/exec";
    assertThat(contract.check("POST", exec, Map.of("command", List.of("ls", "-l")))).isEmpty();
    assertThat(contract.check("POST", exec, Map.of("command", "ls"))).isEmpty();
    assertThat(contract.check("POST", CREATE, Map.of("vmid", List.of("100", "101"))))
        .extracting(Violation::reason)
        .containsExactly("type check ('integer') failed - got ARRAY");
  }

  @Test
  void parsesPropertyStringsWithDefaultKeysAndAliases() {
    Endpoint endpoint = contract.find("POST", CREATE).orElseThrow().endpoint();
    assertThat(contract.parse(endpoint, "net0", "virtio=BC:24:11:00:00:01,bridge=vmbr0"))
        .containsOnly(
            Map.entry("model", "virtio"),
            Map.entry("macaddr", "BC:24:11:00:00:01"),
            Map.entry("bridge", "vmbr0"));
    assertThat(contract.parse(endpoint, "scsi3", "local-lvm:8,ssd=on"))
        .containsOnly(Map.entry("file", "local-lvm:8"), Map.entry("ssd", "1"));
    assertThat(contract.parse(endpoint, "boot", "order=scsi0;net0"))
        .containsOnly(Map.entry("order", "scsi0;net0"));
  }

  @Test
  void keepsLengthLimitsIn92() {
    refuses("description", "x".repeat(8193), "description", "value may only be 8192 characters");
  }
}
