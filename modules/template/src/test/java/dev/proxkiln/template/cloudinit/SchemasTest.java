package dev.proxkiln.template.cloudinit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.template.FolderResources;
import java.util.List;
import org.junit.jupiter.api.Test;

class SchemasTest {
  private final Schemas schemas = new Schemas(new FolderResources()::read);

  private List<String> config(String text) {
    return schemas.cloudConfig(YamlReader.read(text)).stream().map(Fault::toString).toList();
  }

  private List<String> network(String text) {
    return schemas.network(YamlReader.read(text)).stream().map(Fault::toString).toList();
  }

  @Test
  void takesWhatCloudInitTakes() {
    assertThat(
            config(
                """
                #cloud-config
                package_upgrade: yes
                packages: [curl, [nginx, "1.22"]]
                users:
                  - default
                  - name: ops
                    sudo: ALL=(ALL) NOPASSWD:ALL
                write_files:
                  - path: /etc/motd
                    permissions: '0644'
                    content: !!binary |
                      SGVsbG8=
                runcmd:
                  - [ls, -l, /]
                  - echo hello
                """))
        .isEmpty();
    assertThat(config("#cloud-config\n")).isEmpty();
  }

  @Test
  void namesTheLineThePlaceAndTheNearestKey() {
    assertThat(
            config(
                """
                #cloud-config
                packagess: [curl]
                runcmd: foo
                timezone: 5
                """))
        .containsExactly(
            "line 2: 'packagess' is no key that cloud-init knows (did you mean 'packages'?)",
            "line 3: 'runcmd': string found, array expected",
            "line 4: 'timezone': integer found, string expected; put it in quotes");
  }

  @Test
  void seesAnOctalModeWithoutQuotesAsTheNumberThatCloudInitSees() {
    assertThat(
            config(
                """
                #cloud-config
                write_files:
                - path: /a
                  permissions: 0644
                - content: x
                """))
        .containsExactly(
            "line 4: 'write_files[0].permissions': integer found, string expected; put it in"
                + " quotes",
            "line 5: 'write_files[1]' lacks 'path'");
  }

  @Test
  void saysOfSeveralFormsWhatIsWrongWithTheOneThatWasMeant() {
    assertThat(config("#cloud-config\nusers:\n  - name: x\n    sudoo: y\n"))
        .containsExactly(
            "line 4: 'users[0].sudoo' is no key that cloud-init knows (did you mean 'sudo'?)");
    assertThat(
            network(
                """
                version: 1
                config:
                  - type: physical
                    name: eth0
                    subnets:
                      - type: dhcpx
                """))
        .singleElement()
        .asString()
        .startsWith("line 6: 'config[0].subnets[0].type' ");
  }

  @Test
  void takesBothVersionsOfNetworkConfigurationWithAndWithoutTheWrapper() {
    String two = "version: 2\nethernets:\n  eth0:\n    dhcp4: true\n";
    assertThat(network(two)).isEmpty();
    assertThat(network("network:\n" + two.indent(2))).isEmpty();
    String one =
        "version: 1\nconfig:\n  - type: physical\n    name: eth0\n    subnets: [{type: dhcp}]\n";
    assertThat(network(one)).isEmpty();
    assertThat(network("network:\n" + one.indent(2))).isEmpty();
    assertThat(network("network:\n" + two.indent(2).replace("true", "maybe")))
        .singleElement()
        .asString()
        .startsWith("line 5: 'network.ethernets.eth0.dhcp4'");
    assertThat(network("version: 3\n")).containsExactly("line 1: 'version' must be 1 or 2");
    assertThat(network("[]")).containsExactly("it is no map of keys and values");
  }
}
