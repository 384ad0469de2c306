package dev.proxkiln.template.source;

import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.core.plan.Fetch;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.template.part.Reading;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What says which bytes an image must have: settings of the kinds that read a file. */
final class Evidence {
  private final Field<String> sha256 = digest("sha256", 64);
  private final Field<String> sha512 = digest("sha512", 128);

  private final Field<String> checksumUrl =
      Field.of(
              "checksum-url",
              "Checksum address",
              address(),
              "Address of a checksum file that names the image; its form is found out.")
          .onlyWhen(Evidence::hasFile);

  private final Field<Boolean> unverified =
      Field.of(
              "allow-unverified",
              "Allow unverified",
              Type.flag(),
              "Take whatever comes from an address that has no checksum.")
          .byDefault(false);

  private final Field<Boolean> plainHttp =
      Field.of(
              "allow-http",
              "Allow plain http",
              Type.flag(),
              "Take an image from an address that anybody on the way could change.")
          .byDefault(false);

  private final Field<String> member =
      Field.of(
              "archive-member",
              "File in the archive",
              Type.text(
                  "PATTERN", "[^\\p{Cntrl}]{1,200}", "Give a file name or a pattern like *.qcow2."),
              "Which file of an archive is the disk, where it holds several; * stands for anything.")
          .onlyWhen(Evidence::hasFile);

  private static Field<String> digest(String algorithm, int digits) {
    return Field.of(
            algorithm,
            algorithm.toUpperCase(Locale.ROOT).replace("SHA", "SHA-"),
            Type.text(
                "DIGEST",
                "[0-9a-fA-F]{" + digits + "}",
                "Give " + digits + " hexadecimal digits, as " + algorithm + "sum prints them."),
            "Digest that the file of --url or --image-file must have, as it is published.")
        .onlyWhen(Evidence::hasFile);
  }

  /** Nobody shall think that an image of the catalogue was checked against a digest given here. */
  private static boolean hasFile(Answers answers) {
    return answers.all().containsKey("url") || answers.all().containsKey("image-file");
  }

  static Type<String> address() {
    return Type.text(
        "URL",
        "https?://[^\\s\"'<>\\\\^`{|}]+",
        "Give a web address, for example https://example.com/image.qcow2.");
  }

  List<Field<?>> fields() {
    return List.of(sha256, sha512, checksumUrl, unverified, plainHttp, member);
  }

  /** The disk in an archive: what was said, else what the name of the archive tells. */
  Optional<String> member(Reading reading, FileName file) {
    return reading.find(member).or(file::member);
  }

  boolean allowsHttp(Reading reading) {
    return reading.get(plainHttp);
  }

  /** What was given, in the order of the settings; more than one is a contradiction. */
  private List<Fetch.Trust> given(Reading reading, FileName file) {
    List<Fetch.Trust> all = new ArrayList<>();
    reading.find(sha256).ifPresent(hex -> all.add(pinned("sha256", hex)));
    reading.find(sha512).ifPresent(hex -> all.add(pinned("sha512", hex)));
    reading
        .find(checksumUrl)
        .ifPresent(
            url ->
                all.add(
                    new Fetch.Published(
                        url.toLowerCase(Locale.ROOT).contains("256") ? "sha256" : "sha512",
                        url,
                        "auto",
                        file.name(),
                        Optional.empty())));
    return all;
  }

  private static Fetch.Trust pinned(String algorithm, String hex) {
    return new Fetch.Pinned(algorithm, hex.toLowerCase(Locale.ROOT));
  }

  /** What to trust an address by; empty after saying why it cannot be trusted. */
  Optional<Fetch.Trust> ofAddress(Reading reading, Field<?> field, FileName file) {
    List<Fetch.Trust> given = given(reading, file);
    if (given.isEmpty() && reading.get(unverified)) {
      return Optional.of(new Fetch.Unverified());
    }
    if (given.size() == 1) {
      return Optional.of(given.getFirst());
    }
    reading.problem(
        given.isEmpty()
            ? SourceSlug.IMAGE_UNVERIFIED.problem(
                reading.where(field),
                "Nothing says which bytes must come from this address.",
                "A server or a mirror that was broken into could give out anything.",
                "Give --sha256, --sha512 or --checksum-url; or, if whatever comes is fine,"
                    + " --allow-unverified true.")
            : tooMuch(reading, field));
    return Optional.empty();
  }

  /** What to trust a file of this machine by: a digest where one was given. */
  Optional<Fetch.Trust> ofFile(Reading reading, Field<?> field, FileName file) {
    List<Fetch.Trust> given = given(reading, file);
    if (given.size() > 1) {
      reading.problem(tooMuch(reading, field));
      return Optional.empty();
    }
    return Optional.of(given.isEmpty() ? new Fetch.Unverified() : given.getFirst());
  }

  private static Problem tooMuch(Reading reading, Field<?> field) {
    return SourceSlug.IMAGE_UNVERIFIED.problem(
        reading.where(field),
        "More than one thing says which bytes the image must have.",
        "",
        "Give one of --sha256, --sha512 and --checksum-url.");
  }
}
