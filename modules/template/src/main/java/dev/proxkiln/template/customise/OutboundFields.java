package dev.proxkiln.template.customise;

import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.BadValue;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.template.part.Subject;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * How clones get out of their network, and whom they trust there. Each may be {@code host}: what
 * the machine has that proxkiln runs on.
 */
final class OutboundFields {
  private static final String ADDRESS =
      "host|https?://(?:[A-Za-z0-9.-]+|\\[[0-9a-fA-F:]+\\])(?::[0-9]{1,5})?/?";
  private static final String NEXT =
      "Give an address without user and password, like http://192.0.2.1:3128, or host.";

  final Field<String> proxy =
      Field.of(
              "proxy",
              "Proxy",
              Type.text("ADDRESS", ADDRESS, NEXT),
              "HTTP proxy that clones use, or host for the one of this machine.")
          .from(Field.Source.HOST);

  final Field<String> aptCache;

  final Field<List<String>> certificates =
      Field.of(
              "ca-certificates",
              "CA certificates",
              Certificates.type(),
              "Certificate authorities that clones trust too: PEM files, or host for those that"
                  + " this machine's administrator added.")
          .from(Field.Source.CERTIFICATES);

  final Field<List<String>> inherit =
      Field.of(
              "inherit",
              "Inherit",
              Type.listOf(Type.word("WHAT", "proxy", "apt-cache", "ca-certificates"), ",; "),
              "Settings that clones take from this machine, where they are not given otherwise.")
          .from(Field.Source.INHERIT);

  OutboundFields(Function<Answers, Optional<Subject>> chosen) {
    aptCache =
        Field.of(
                "apt-cache",
                "APT cache",
                Type.text("ADDRESS", ADDRESS, NEXT),
                "Cache that clones get packages of apt from, or host for the one of this machine.")
            .from(Field.Source.HOST)
            .ruled(
                (value, facts, answers) ->
                    chosen
                            .apply(answers)
                            .map(s -> !s.needs().packages().equals("apt"))
                            .orElse(false)
                        ? Optional.of(
                            new BadValue(
                                "is of no use: the packages of this image do not come by apt",
                                "Leave it out, or give --proxy."))
                        : Optional.empty());
  }

  List<Field<?>> all() {
    return List.of(inherit, proxy, aptCache, certificates);
  }

  /** A customisation with what the answers say of this. */
  Customisation with(Customisation wish, Answers answers) {
    return wish.inheriting(
        answers.find(certificates).orElse(List.of()), answers.find(proxy), answers.find(aptCache));
  }
}
