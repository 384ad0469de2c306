package dev.proxkiln.template.create;

import dev.proxkiln.core.call.PveCall;
import dev.proxkiln.core.call.Text;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Puts the parameters of the call that makes a guest in one order, whatever part they come from, so
 * that plans read alike and a change shows as a change.
 */
final class Parameters {

  /** Numbered ones without their number; what is not named here stands before the pool. */
  private static final List<String> ORDER =
      List.of(
          "vmid",
          "name",
          // Decides how a password is kept, and more: known before everything else.
          "ostype",
          "machine",
          "bios",
          "cpu",
          "sockets",
          "cores",
          "numa",
          "memory",
          "balloon",
          "hotplug",
          "scsihw",
          "virtio",
          "sata",
          "scsi",
          "ide",
          "boot",
          "efidisk",
          "tpmstate",
          "net",
          "serial",
          "vga",
          "agent",
          "rng",
          "tablet",
          "onboot",
          "citype",
          "ciuser",
          "ciupgrade",
          "ipconfig",
          "sshkeys",
          "nameserver",
          "searchdomain",
          "cicustom");

  private static final List<String> LAST = List.of("pool", "tags", "description");

  private static final Comparator<String> IN_ORDER =
      Comparator.comparingInt(Parameters::rank)
          .thenComparingInt(Parameters::number)
          .thenComparing(Comparator.naturalOrder());

  private Parameters() {}

  private static int rank(String parameter) {
    String plain = parameter.replaceFirst("\\d+$", "");
    int last = LAST.indexOf(plain);
    int early = ORDER.indexOf(plain);
    return last >= 0 ? ORDER.size() + 1 + last : early >= 0 ? early : ORDER.size();
  }

  private static int number(String parameter) {
    String digits = parameter.replaceFirst("^\\D+", "");
    return digits.isEmpty() ? -1 : Integer.parseInt(digits);
  }

  /** The call with the parameters in order. */
  static PveCall on(PveCall call, Map<String, Text> parameters) {
    PveCall now = call;
    for (Map.Entry<String, Text> one :
        parameters.entrySet().stream().sorted(Map.Entry.comparingByKey(IN_ORDER)).toList()) {
      now = now.with(one.getKey(), one.getValue());
    }
    return now;
  }
}
