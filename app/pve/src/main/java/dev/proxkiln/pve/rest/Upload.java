package dev.proxkiln.pve.rest;

import dev.proxkiln.core.port.ResolvedCall;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.pve.problem.PveSlug;
import java.io.FileNotFoundException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A file on its way to a storage as {@code multipart/form-data}, read from disk as it is sent.
 *
 * <p>PVE's server reads the parts in order and with patterns of its own (pve-http-server:
 * APIServer/AnyEvent.pm): the file comes last, and {@code Content-Disposition} is the first line of
 * its part.
 */
final class Upload {

  private final String boundary;
  private final BodyPublisher body;
  private final AtomicLong sent = new AtomicLong();

  private Upload(String boundary, BodyPublisher body) {
    this.boundary = boundary;
    this.body = body;
  }

  static Upload of(ResolvedCall call, Path file) {
    String boundary = "proxkiln" + UUID.randomUUID().toString().replace("-", "");
    StringBuilder head = new StringBuilder();
    for (String name : List.of("content", "checksum-algorithm", "checksum")) {
      for (String value : call.params().getOrDefault(name, List.of())) {
        head.append("--").append(boundary).append("\r\n");
        head.append("Content-Disposition: form-data; name=\"").append(name).append("\"\r\n\r\n");
        head.append(value).append("\r\n");
      }
    }
    String name =
        call.params()
            .getOrDefault("filename", List.of(String.valueOf(file.getFileName())))
            .getFirst();
    if (!name.matches("[^\"\\\\\\p{Cntrl}/]+")) {
      throw PveSlug.PARAMETER_REFUSED
          .problem(
              "filename",
              "'" + name + "' cannot be the name of a file on a storage.",
              "",
              "Use letters, digits, dots, dashes and underscores.")
          .raise();
    }
    head.append("--").append(boundary).append("\r\n");
    head.append("Content-Disposition: form-data; name=\"filename\"; filename=\"").append(name);
    head.append("\"\r\nContent-Type: application/octet-stream\r\n\r\n");
    String foot = "\r\n--" + boundary + "--\r\n";
    try {
      return new Upload(
          boundary,
          BodyPublishers.concat(
              BodyPublishers.ofString(head.toString(), StandardCharsets.UTF_8),
              BodyPublishers.ofFile(file),
              BodyPublishers.ofString(foot, StandardCharsets.UTF_8)));
    } catch (FileNotFoundException e) {
      throw new ProblemException(
          PveSlug.VOLUME_MISSING.problem(
              file.toString(), "There is no file '" + file + "' to upload.", "", ""),
          e);
    }
  }

  String contentType() {
    return "multipart/form-data; boundary=" + boundary;
  }

  /** Bytes of the whole body. */
  long total() {
    return body.contentLength();
  }

  /** Bytes handed to the connection so far. */
  long sent() {
    return sent.get();
  }

  /** The body, which counts what is taken from it. */
  BodyPublisher publisher() {
    return new BodyPublisher() {
      @Override
      public long contentLength() {
        return body.contentLength();
      }

      @Override
      public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
        sent.set(0);
        body.subscribe(new Counting(subscriber));
      }
    };
  }

  private final class Counting implements Flow.Subscriber<ByteBuffer> {
    private final Flow.Subscriber<? super ByteBuffer> to;

    Counting(Flow.Subscriber<? super ByteBuffer> to) {
      this.to = to;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      to.onSubscribe(subscription);
    }

    @Override
    public void onNext(ByteBuffer bytes) {
      sent.addAndGet(bytes.remaining());
      to.onNext(bytes);
    }

    @Override
    public void onError(Throwable trouble) {
      to.onError(trouble);
    }

    @Override
    public void onComplete() {
      to.onComplete();
    }
  }
}
