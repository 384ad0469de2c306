package dev.proxkiln.template.install;

import dev.proxkiln.core.facts.TargetKind;
import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.BadValue;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.template.catalogue.Firmware;
import dev.proxkiln.template.part.Reading;
import java.net.URI;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/** What an installer is told when nobody answers it. */
final class AnswerFields {

  /** Installers that can be told of another archive of security updates. */
  private static final Set<Installer> UPDATED = Set.of(Installer.PRESEED, Installer.AUTOINSTALL);

  private final Field<String> locale;

  private final Field<String> keyboard;

  private final Field<String> timezone;

  private final Field<List<String>> packages;

  private final Field<String> mirror;

  private final Field<String> security;

  private final Field<String> proxy;

  private final Field<String> product;

  private final Field<String> rootPassword;

  private final Field<Long> deadline;

  private final Predicate<Answers> wanted;

  /**
   * The settings.
   *
   * @param wanted whether an ISO is installed at all
   * @param chosen the kind of installer
   */
  AnswerFields(Predicate<Answers> wanted, Function<Answers, Optional<Installer>> chosen) {
    this.wanted = wanted;
    locale =
        answer(
            Field.of(
                    "install-locale",
                    "Locale of the installation",
                    Type.text("LOCALE", Settings.LOCALE, "Give a UTF-8 locale, like en_US.UTF-8."),
                    "Locale of the installed system.")
                .byDefault("en_US.UTF-8"));
    keyboard =
        answer(
            Field.of(
                    "install-keyboard",
                    "Keyboard of the installation",
                    Type.text("KEYBOARD", Settings.KEYBOARD, "Give a layout, like us or de."),
                    "Console keyboard of the installed system.")
                .byDefault("us"));
    timezone =
        answer(
            Field.of(
                    "install-timezone",
                    "Time zone of the installation",
                    Type.text("ZONE", Settings.TIMEZONE, "Example: Europe/Berlin."),
                    "Time zone of the installed system.")
                .byDefault("Etc/UTC")
                .ruled(
                    (zone, facts, answers) ->
                        ZoneId.getAvailableZoneIds().contains(zone)
                            ? Optional.empty()
                            : Optional.of(
                                new BadValue(
                                    "is no known time zone", "Give one like Europe/Berlin."))));
    packages =
        answer(
            Field.of(
                "install-packages",
                "Packages of the installation",
                Type.listOf(
                    Type.text("PACKAGE", Settings.PACKAGE, "Give names of the distribution."),
                    ",; "),
                "Packages that the installer adds, by the names of the distribution."));
    mirror =
        answer(
            address(
                "install-mirror",
                "Mirror of the installation",
                "Address that the installer gets packages from; network installers of the RHEL"
                    + " family need one."));
    security =
        address(
                "install-security-mirror",
                "Security mirror of the installation",
                "Address that Debian or Ubuntu gets security updates from; Debian's installer takes"
                    + " http://HOST/debian-security only.")
            .ruled(
                (value, facts, answers) ->
                    chosen.apply(answers).equals(Optional.of(Installer.PRESEED))
                            && !value.matches("http://[^/]+/debian-security/?")
                        ? Optional.of(
                            new BadValue(
                                "is not where Debian's installer looks",
                                "Give it as http://HOST/debian-security."))
                        : Optional.empty())
            .onlyWhen(
                answers ->
                    wanted.test(answers)
                        && chosen.apply(answers).map(UPDATED::contains).orElse(false));
    proxy =
        answer(
            address(
                "install-proxy",
                "Proxy of the installation",
                "HTTP proxy that the installer uses."));
    rootPassword =
        answer(
            Field.of(
                    "root-password",
                    "Password of root",
                    Type.text(
                        "SECRET",
                        "secret:[a-z0-9][a-z0-9._-]{0,63}",
                        "Give secret:NAME; the secret holds a crypt hash."),
                    "Crypt hash of root's password, as secret:NAME or as it is; left out, root is"
                        + " locked.")
                .from(Field.Source.PASSWORD));
    deadline =
        answer(
            Field.of(
                    InstallSource.DEADLINE,
                    "Deadline of the installation",
                    Type.integer(1, 1440),
                    "Minutes until an installation is given up; emulation needs many.")
                .byDefault(
                    (facts, answers) ->
                        Optional.of(facts.target() == TargetKind.SANDBOX ? 240L : 90L)));
    product =
        answer(
            Field.of(
                    "install-product",
                    "Product of the installation",
                    Type.text("PRODUCT", Settings.PRODUCT, "Give a name like Leap or SLES."),
                    "What SUSE's installers install: Leap, SLES, openSUSE_Leap, Tumbleweed ...")
                .byDefault((facts, answers) -> chosen.apply(answers).map(Installer::product)));
  }

  /** A setting that means something when an ISO is installed without anybody. */
  private <T> Field<T> answer(Field<T> field) {
    return field.onlyWhen(wanted);
  }

  private static Field<String> address(String key, String label, String help) {
    return Field.of(key, label, Type.anyText(500), help)
        .ruled(
            (value, facts, answers) -> {
              try {
                return Settings.fits(URI.create(value))
                    ? Optional.empty()
                    : Optional.of(
                        new BadValue(
                            "cannot stand in an answer file",
                            "Give http://HOST/PATH, without user, query and blanks."));
              } catch (IllegalArgumentException e) {
                return Optional.of(
                    new BadValue("is no address", "Give one like http://deb.debian.org/debian."));
              }
            });
  }

  List<Field<?>> fields() {
    return List.of(
        locale,
        keyboard,
        timezone,
        packages,
        mirror,
        security,
        proxy,
        product,
        rootPassword,
        deadline);
  }

  /** How long the installation may take. */
  Duration deadline(Reading reading) {
    return Duration.ofMinutes(reading.get(deadline));
  }

  /** What the answers say. */
  Settings settings(Reading reading) {
    return new Settings(
        "template",
        reading.get(locale),
        reading.get(keyboard),
        reading.get(timezone),
        reading.target().given("disk-bus").equals(Optional.of("virtio")) ? "vda" : "sda",
        reading.firmware() == Firmware.UEFI,
        reading.find(rootPassword).map(text -> text.substring("secret:".length())),
        reading.find(packages).orElse(List.of()),
        reading.find(mirror).map(URI::create),
        reading.find(security).map(URI::create),
        reading.find(proxy).map(URI::create),
        reading.find(product).orElse(""));
  }
}
