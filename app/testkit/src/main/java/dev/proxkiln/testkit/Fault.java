package dev.proxkiln.testkit;

import java.util.Map;

/**
 * What a test server does wrong at a path. A fault with {@code times} is gone after that many
 * requests.
 */
public sealed interface Fault {
  /** How many requests it spoils; {@link #ALWAYS} for all. */
  int times();

  /** For ever. */
  int ALWAYS = Integer.MAX_VALUE;

  /** Answers with a status and a short body. */
  record Status(int code, Map<String, String> headers, int times) implements Fault {
    /** A status on every request. */
    public static Status of(int code) {
      return new Status(code, Map.of(), ALWAYS);
    }

    /** A status on the first requests. */
    public static Status of(int code, int times) {
      return new Status(code, Map.of(), times);
    }
  }

  /** Sends the browser elsewhere. */
  record Redirect(int code, String location, int times) implements Fault {
    /** A 302 on every request. */
    public static Redirect to(String location) {
      return new Redirect(302, location, ALWAYS);
    }
  }

  /** Closes the connection without a word. */
  record NoResponse(int times) implements Fault {}

  /** Announces the whole body and closes the connection at this offset of the content. */
  record CutAt(long offset, int times) implements Fault {}

  /** Announces the whole body and says nothing more from this offset of the content on. */
  record StallAt(long offset, int times) implements Fault {}

  /** Sends without a length, and again and again from the start of the content, for ever. */
  record Endless() implements Fault {
    @Override
    public int times() {
      return ALWAYS;
    }
  }

  /** Sends the body without saying how long it is. */
  record WithoutLength() implements Fault {
    @Override
    public int times() {
      return ALWAYS;
    }
  }

  /** Sends the whole body whatever part was asked for. */
  record IgnoresRange() implements Fault {
    @Override
    public int times() {
      return ALWAYS;
    }
  }

  /** Sends neither an entity tag nor a date. */
  record WithoutValidators() implements Fault {
    @Override
    public int times() {
      return ALWAYS;
    }
  }

  /** Sends at most this many bytes a second. */
  record Slow(long bytesPerSecond) implements Fault {
    @Override
    public int times() {
      return ALWAYS;
    }
  }
}
