package dev.proxkiln.host.fetch;

import dev.proxkiln.host.HostSlug;
import dev.proxkiln.host.file.ByteCount;
import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of an address from an offset to the end, however often the line breaks: after a break
 * it asks for the rest (RFC 9110, section 14), provided the server still has the same file.
 */
final class ResumingStream implements AutoCloseable {
  private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d+)-\\d+/(\\d+|\\*)");

  /** More breaks than this in one download, even with progress between them, are too many. */
  private static final int MOST_BREAKS = 200;

  /**
   * What tells one version of a file from another.
   *
   * @param etag strong entity tag with its quotes, empty text for none
   * @param modified Last-Modified, empty text for none
   * @param total bytes of the whole file, -1 when the server does not say
   */
  record Version(String etag, String modified, long total) {
    static final Version UNKNOWN = new Version("", "", -1);

    /** Whether a later answer can be about the same file. */
    private boolean admits(Version later) {
      return (etag.isEmpty() || later.etag.isEmpty() || etag.equals(later.etag))
          && (modified.isEmpty() || later.modified.isEmpty() || modified.equals(later.modified))
          && (total < 0 || later.total < 0 || total == later.total);
    }
  }

  /** The server has another file now; what came of the old one is useless. */
  static final class Changed extends IOException {
    private static final long serialVersionUID = 1L;
  }

  private final Web web;
  private final URI address;
  private final Retries retries;
  private final long cap;
  private Version version;
  private long offset;
  private URI source;
  private Web.@Nullable Answer answer;
  private int breaks;
  private boolean whole;

  /**
   * A stream that is not open yet.
   *
   * @param offset first byte that is wanted
   * @param version what an earlier part came from
   * @param cap most bytes of the whole file
   */
  ResumingStream(Web web, URI address, Retries retries, long offset, Version version, long cap) {
    this.web = web;
    this.address = address;
    this.retries = retries;
    this.offset = offset;
    this.version = version;
    this.cap = cap;
    this.source = address;
  }

  /**
   * Connects.
   *
   * @throws Changed when the server has another file than the part came from
   */
  void open() throws IOException {
    retries.until(
        address,
        () -> {
          connect();
          return offset;
        });
  }

  /** What the server says of the file; the total is known after {@link #open}. */
  Version version() {
    return version;
  }

  /** Where the bytes come from, after redirects. */
  URI source() {
    return source;
  }

  /** Bytes that were read, those before the start included. */
  long offset() {
    return offset;
  }

  /**
   * Reads some bytes into an array from an index on, -1 at the end; opens the connection again as
   * often as it takes.
   */
  int read(byte[] target, int from) throws IOException {
    try {
      return advance(target, from);
    } catch (Passing broken) {
      if (++breaks > MOST_BREAKS) {
        throw Retries.problem(address, broken);
      }
      // One attempt counts as good when it brought a byte, so pauses start anew after progress.
      return retries.until(
          address,
          () -> {
            try {
              if (answer == null) {
                connect();
              }
              return advance(target, from);
            } catch (Passing again) {
              throw offset > 0 ? again.midway() : again;
            }
          });
    }
  }

  private int advance(byte[] target, int from) throws IOException {
    if (whole) {
      return -1;
    }
    Web.Answer open = answer;
    if (open == null) {
      throw new Passing(HostSlug.DOWNLOAD_FAILED, "the connection broke");
    }
    try {
      int count = open.body().read(target, from, target.length - from);
      if (count < 0) {
        end();
        return -1;
      }
      offset += count;
      checkSize();
      return count;
    } catch (Passing e) {
      close();
      throw e;
    }
  }

  private void end() throws Passing {
    if (version.total >= 0 && offset < version.total) {
      throw new Passing(
          HostSlug.DOWNLOAD_TRUNCATED,
          "the connection ended after " + offset + " of " + version.total + " bytes");
    }
  }

  private void checkSize() {
    if (version.total >= 0 && offset > version.total) {
      throw tooLarge("the server said " + version.total + " bytes and sends more");
    }
    if (offset > cap) {
      throw tooLarge("no image is larger than " + ByteCount.text(cap));
    }
  }

  private RuntimeException tooLarge(String why) {
    return HostSlug.DOWNLOAD_TOO_LARGE
        .problem(
            address.toString(),
            "'" + address + "' is larger than it may be",
            why,
            "check the address; a server that never stops sending is broken or hostile")
        .raise();
  }

  private void connect() throws IOException {
    Web.Answer got = web.get(address, headers());
    boolean used = false;
    try {
      Version now = version(got);
      switch (got.status()) {
        case 206 -> continueAt(got, now);
        case 416 -> nothingLeft(now);
        case 200 -> startOver(got, now);
        default -> throw Web.failed(address, "the server answered " + got.status());
      }
      version = now.total >= 0 ? now : new Version(now.etag, now.modified, version.total);
      source = got.address();
      answer = got;
      used = true;
      if (version.total > cap) {
        throw tooLarge(
            "it has "
                + ByteCount.text(version.total)
                + ", and no image is larger than "
                + ByteCount.text(cap));
      }
    } finally {
      if (!used) {
        got.close();
      }
    }
  }

  private Map<String, String> headers() {
    Map<String, String> headers = new HashMap<>();
    if (offset > 0) {
      headers.put("Range", "bytes=" + offset + "-");
      String validator = version.etag.isEmpty() ? version.modified : version.etag;
      if (!validator.isEmpty()) {
        headers.put("If-Range", validator);
      }
    }
    return headers;
  }

  private void continueAt(Web.Answer got, Version now) throws IOException {
    OptionalLong start =
        range(got)
            .map(m -> OptionalLong.of(Long.parseLong(m.group(1))))
            .orElse(OptionalLong.empty());
    if (start.isEmpty() || start.getAsLong() != offset || !version.admits(now)) {
      throw new Changed();
    }
  }

  private void nothingLeft(Version now) throws Changed {
    // Nothing is left when the part is whole; the body of the answer is only an error page.
    if (offset == 0 || version.total != offset || !version.admits(now)) {
      throw new Changed();
    }
    whole = true;
  }

  /** The server sends everything: it ignores ranges, or has a new file. */
  private void startOver(Web.Answer got, Version now) throws IOException {
    if (offset == 0) {
      return;
    }
    boolean isSame = !now.etag.isEmpty() || !now.modified.isEmpty() || now.total >= 0;
    if (!isSame || !version.admits(now)) {
      throw new Changed();
    }
    byte[] passed = new byte[8192];
    for (long left = offset; left > 0; ) {
      int count = got.body().read(passed, 0, (int) Math.min(passed.length, left));
      if (count < 0) {
        throw new Changed();
      }
      left -= count;
    }
  }

  private static Optional<Matcher> range(Web.Answer got) {
    return got.header("Content-Range").map(CONTENT_RANGE::matcher).filter(Matcher::matches);
  }

  private Version version(Web.Answer got) {
    long total =
        switch (got.status()) {
          case 206 ->
              range(got)
                  .map(m -> m.group(2))
                  .filter(t -> !t.equals("*"))
                  .map(Long::parseLong)
                  .orElse(-1L);
          case 416 -> version.total;
          default ->
              got.header("Content-Length")
                  .filter(t -> t.matches("\\d{1,18}"))
                  .map(Long::parseLong)
                  .orElse(-1L);
        };
    // A weak tag says that two files mean the same, not that they are the same bytes.
    String etag = got.header("ETag").filter(tag -> tag.startsWith("\"")).orElse("");
    return new Version(etag, got.header("Last-Modified").orElse(""), total);
  }

  @Override
  public void close() {
    Web.Answer open = answer;
    answer = null;
    if (open != null) {
      open.close();
    }
  }
}
