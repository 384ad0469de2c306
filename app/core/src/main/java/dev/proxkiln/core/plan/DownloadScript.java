package dev.proxkiln.core.plan;

import java.net.URI;
import java.nio.file.Path;
import java.util.function.Consumer;

/** The lines of a plan's script that fetch, verify and unpack an image. */
final class DownloadScript {

  /** What the lines call, once a script. */
  static final String FUNCTIONS =
      """

      work=$(mktemp -d /var/tmp/proxkiln.XXXXXXXX)
      trap 'rm -rf -- "$work"' EXIT
      # digest_of FILE DIGITS FORM: its digest of that length in the checksum file on standard input
      # (GNU or BSD lines, or one digest; in form lone the only one, whatever is named).
      digest_of() {
        awk -v file="$1" -v digits="$2" -v form="$3" '
          function is(x) { return length(x) == digits && x ~ /^[0-9a-fA-F]+$/ }
          function named(x) { sub(/^\\*/, "", x)
            return x == file || substr(x, length(x) - length(file)) == "/" file }
          { sub(/\\r$/, "") }
          form == "lone" && is($1) { print tolower($1); exit }
          form == "lone" && is($NF) { print tolower($NF); exit }
          named(substr($2, 2, length($2) - 2)) && $3 == "=" && is($4) { print tolower($4); exit }
          named($2) && is($1) { print tolower($1); exit }
          NF == 1 && is($1) { print tolower($1); exit }'
      }
      """;

  private final Fetch fetch;
  private final String step;
  private final String name;
  private final Consumer<String> line;

  /** The file as published: the download, or a link to a file of this machine. */
  private final String file;

  private final String image;

  DownloadScript(Step.Download step, Consumer<String> line) {
    this.fetch = step.fetch();
    this.step = step.id();
    this.name = step.id().replace('-', '_');
    this.line = line;
    this.file = fetch.isLocal() ? "$work/link" : "$work/download";
    this.image = "\"$" + name + "_path\"";
  }

  void write() {
    String algorithm = fetch.trust().algorithm();
    line.accept(name + "_url=" + ShellWords.quote(fetch.url()));
    line.accept(name + "_path=$work/" + step + "." + fetch.format());
    get();
    digest();
    line.accept(
        "echo \"$digest  "
            + file
            + "\" | "
            + algorithm
            + "sum --check --status || fail 'the download does not have the digest that it must"
            + " have'");
    line.accept(
        name + "_size=$(stat " + (fetch.isLocal() ? "-L " : "") + "-c %s \"" + file + "\")");
    line.accept(unpack("\"" + file + "\"", image));
    boolean any = fetch.format().equals("auto");
    if (any) {
      line.accept(name + "_format=$(qemu-img info --output=json -- " + image + " | pick format)");
      line.accept(
          "case $" + name + "_format in qcow2 | raw | vmdk) ;; *) fail 'unknown format' ;; esac");
    }
    line.accept(
        "about=$(qemu-img info -f "
            + (any ? "\"$" + name + "_format\"" : fetch.format())
            + " --output=json -- "
            + image
            + ")");
    line.accept(
        "[ -z \"$(pick backing-filename <<<\"$about\")\" ] || fail 'the image has a backing file'");
    line.accept(name + "_digest=" + algorithm + ":$digest");
    if (!any) {
      line.accept(name + "_format=" + fetch.format());
    }
    line.accept(name + "_virtual_size=$(pick virtual-size <<<\"$about\")");
    line.accept(
        name
            + "_verified="
            + ShellWords.quote(
                fetch.trust() instanceof Fetch.Unverified
                    ? "not verified"
                    : algorithm + " checked by script"));
  }

  private String curl() {
    return "curl -fL --retry 5 "
        + (fetch.insecure() ? "--proto =http,https" : "--proto =https")
        + " -o ";
  }

  private void get() {
    line.accept(
        fetch.isLocal()
            ? "ln -s -- "
                + ShellWords.quote(Path.of(URI.create(fetch.url())).toString())
                + " \""
                + file
                + "\""
            : curl() + "\"" + file + "\" -- \"$" + name + "_url\"");
  }

  private void digest() {
    switch (fetch.trust()) {
      case Fetch.Pinned(String _, String digest) -> line.accept("digest=" + digest);
      case Fetch.Unverified() ->
          line.accept(
              "digest=$(" + fetch.trust().algorithm() + "sum <\"" + file + "\" | cut -d' ' -f1)");
      case Fetch.Published p -> published(p);
    }
  }

  private void published(Fetch.Published published) {
    line.accept(curl() + "\"$work/sums\" -- " + ShellWords.quote(published.url()));
    published.signature().ifPresent(this::signature);
    line.accept(
        "digest=$(digest_of "
            + ShellWords.quote(published.file())
            + (published.algorithm().equals("sha512") ? " 128 " : " 64 ")
            + published.form()
            + " <\"$work/sums\")");
  }

  private void signature(Fetch.Signed signed) {
    line.accept(
        "gpg --dearmor <\"${PROXKILN_HOME:-/opt/proxkiln/current}/templates/keys/"
            + signed.fingerprint()
            + ".asc\" >\"$work/key.gpg\"");
    if (signed.url().isPresent()) {
      line.accept(curl() + "\"$work/sums.sig\" -- " + ShellWords.quote(signed.url().get()));
      line.accept("gpgv --keyring \"$work/key.gpg\" \"$work/sums.sig\" \"$work/sums\"");
    } else {
      line.accept(
          "gpgv --keyring \"$work/key.gpg\" --output \"$work/sums.text\" \"$work/sums\" && mv"
              + " \"$work/sums.text\" \"$work/sums\"");
    }
  }

  private String unpack(String from, String to) {
    String member = ShellWords.quote(fetch.member().orElse("*"));
    return switch (fetch.compression()) {
      case "none" -> (fetch.isLocal() ? "cp -L --sparse=always -- " : "mv ") + from + " " + to;
      case "xz" -> "xz -dc " + from + " >" + to;
      // 2 is a warning: bytes behind the end are left out.
      case "gz" -> "gzip -dc " + from + " >" + to + " || [ $? -eq 2 ]";
      case "bz2" -> "bzip2 -dc " + from + " >" + to;
      case "zst" -> "zstd -dc " + from + " >" + to;
      case "zip" -> "unzip -p " + from + " " + member + " >" + to;
      default -> "tar -xOaf " + from + " --wildcards " + member + " >" + to;
    };
  }
}
