package dev.proxkiln.pve.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What a VM tries to boot from, {@code boot}.
 *
 * @param devices drives and network cards in order; may be empty
 */
public record BootOrder(List<String> devices) {

  private static final Pattern DEVICE =
      Pattern.compile("(?:scsi|virtio|sata|ide|net|usb|hostpci)\\d+");

  public BootOrder {
    devices = List.copyOf(devices);
    devices.forEach(device -> Grammar.check(DEVICE, device, "device to boot from"));
  }

  public static BootOrder of(String... devices) {
    return new BootOrder(List.of(devices));
  }

  /** Reads {@code order=A;B}; the old form by letters names no devices and is read as empty. */
  public static BootOrder parse(String text) {
    String order = Options.parse(text, "legacy").take("order").orElse("");
    List<String> devices = new ArrayList<>(Arrays.asList(order.split(";")));
    devices.removeIf(String::isBlank);
    return new BootOrder(devices);
  }

  /** The property string; empty text, which PVE takes, for no device at all. */
  public String print() {
    return devices.isEmpty() ? "" : "order=" + String.join(";", devices);
  }
}
