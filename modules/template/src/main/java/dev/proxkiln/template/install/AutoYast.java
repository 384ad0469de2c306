package dev.proxkiln.template.install;

import dev.proxkiln.core.call.Text;
import java.io.StringWriter;
import java.net.URI;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** The answers of YaST: SLES 15 and Leap 15 (source: AutoYaST guide). */
final class AutoYast {

  private static final String PROFILE = "http://www.suse.com/1.0/yast2ns";
  private static final String CONFIG = "http://www.suse.com/1.0/configns";

  private final Settings settings;
  private final XMLStreamWriter out;

  private AutoYast(Settings settings, XMLStreamWriter out) {
    this.settings = settings;
    this.out = out;
  }

  /** The file {@code autoinst.xml}. */
  static Text of(Settings settings) {
    StringWriter text = new StringWriter();
    try {
      XMLStreamWriter out = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
      new AutoYast(settings, out).write();
      out.close();
    } catch (XMLStreamException e) {
      throw new IllegalStateException("writing to memory", e);
    }
    return Hash.put(text + "\n", settings);
  }

  /** The inside of an element. */
  private interface Inside {
    void write() throws XMLStreamException;
  }

  private void write() throws XMLStreamException {
    out.writeStartDocument("UTF-8", "1.0");
    out.writeStartElement("profile");
    out.writeDefaultNamespace(PROFILE);
    out.writeNamespace("config", CONFIG);
    map("general", this::mode);
    map("language", () -> leaf("language", settings.locale().replaceFirst("\\..*", "")));
    map("keyboard", () -> leaf("keymap", settings.keyboard()));
    map(
        "timezone",
        () -> {
          leaf("hwclock", "UTC");
          leaf("timezone", settings.timezone());
        });
    map("networking", () -> typed("keep_install_network", "boolean", "true"));
    if (settings.proxy().isPresent()) {
      map("proxy", () -> proxy(settings.proxy().get()));
    }
    list("partitioning", () -> map("drive", this::drive));
    map("bootloader", this::bootloader);
    map("software", this::software);
    map(
        "services-manager",
        () -> map("services", () -> strings("enable", "service", List.of("sshd"))));
    list("users", () -> map("user", this::root));
    map("scripts", () -> list("chroot-scripts", () -> map("script", this::seal)));
    out.writeEndElement();
    out.writeEndDocument();
  }

  private void mode() throws XMLStreamException {
    map(
        "mode",
        () -> {
          typed("confirm", "boolean", "false");
          // All is done in the first stage; then the machine goes off in place of starting again.
          typed("second_stage", "boolean", "false");
          typed("halt", "boolean", "true");
        });
  }

  private void proxy(URI address) throws XMLStreamException {
    typed("enabled", "boolean", "true");
    leaf("http_proxy", address.toString());
    leaf("https_proxy", address.toString());
  }

  private void drive() throws XMLStreamException {
    leaf("device", settings.device());
    leaf("disklabel", settings.uefi() ? "gpt" : "msdos");
    typed("initialize", "boolean", "true");
    leaf("use", "all");
    list(
        "partitions",
        () -> {
          if (settings.uefi()) {
            map("partition", () -> partition("/boot/efi", "vfat", "256MiB"));
          }
          map("partition", () -> partition("/", "xfs", "max"));
        });
  }

  private void partition(String mount, String system, String size) throws XMLStreamException {
    typed("create", "boolean", "true");
    typed("format", "boolean", "true");
    leaf("mount", mount);
    typed("filesystem", "symbol", system);
    leaf("size", size);
  }

  private void bootloader() throws XMLStreamException {
    leaf("loader_type", settings.uefi() ? "grub2-efi" : "grub2");
    map(
        "global",
        () -> {
          leaf("append", Menu.CONSOLES);
          typed("timeout", "integer", "1");
        });
  }

  private void software() throws XMLStreamException {
    strings("products", "product", List.of(settings.product()));
    strings("patterns", "pattern", List.of("minimal_base"));
    strings(
        "packages",
        "package",
        Stream.concat(
                Stream.of("cloud-init", "growpart", "qemu-guest-agent", "openssh", "sudo"),
                settings.packages().stream())
            .distinct()
            .toList());
  }

  private void root() throws XMLStreamException {
    leaf("username", "root");
    leaf("user_password", Hash.place(settings));
    typed("encrypted", "boolean", "true");
  }

  private void seal() throws XMLStreamException {
    leaf("filename", Seal.FILE);
    leaf("interpreter", "shell");
    typed("chrooted", "boolean", "true");
    leaf("source", Seal.script());
  }

  // ---- XML ----

  private void map(String name, Inside inside) throws XMLStreamException {
    element(name, "", inside);
  }

  private void list(String name, Inside inside) throws XMLStreamException {
    element(name, "list", inside);
  }

  private void strings(String name, String each, List<String> values) throws XMLStreamException {
    list(
        name,
        () -> {
          for (String value : values) {
            leaf(each, value);
          }
        });
  }

  private void leaf(String name, String value) throws XMLStreamException {
    element(name, "", () -> out.writeCharacters(value));
  }

  private void typed(String name, String type, String value) throws XMLStreamException {
    element(name, type, () -> out.writeCharacters(value));
  }

  private void element(String name, String type, Inside inside) throws XMLStreamException {
    out.writeStartElement(name);
    if (!type.isEmpty()) {
      out.writeAttribute("config", CONFIG, "type", type);
    }
    inside.write();
    out.writeEndElement();
  }
}
