package dev.proxkiln.sandbox.boot;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One conversation in JSON lines over a unix socket: QEMU's monitor or a guest agent. */
final class JsonSocket implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final int SYNC = 0xFF;

  private final SocketChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocate(1 << 16).flip();
  private final Thread alarm;

  private JsonSocket(SocketChannel channel, Duration limit) {
    this.channel = channel;
    // Closing the channel is what ends a read that nobody answers.
    this.alarm =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    Thread.sleep(limit);
                    channel.close();
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  } catch (IOException e) {
                    Thread.currentThread().interrupt();
                  }
                });
  }

  /**
   * Talks to QEMU's monitor.
   *
   * @return the command's result, or empty when there was no answer in time
   */
  static Optional<JsonNode> monitor(Path socket, String command, Duration limit) {
    try (JsonSocket monitor = open(socket, limit)) {
      monitor.line();
      monitor.send(Map.of("execute", "qmp_capabilities"));
      monitor.answer();
      monitor.send(Map.of("execute", command));
      return Optional.of(monitor.answer());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * Talks to a guest agent, after throwing away what it still had to say to others.
   *
   * @return the whole answer with {@code return} or {@code error}, empty without one in time
   */
  static Optional<JsonNode> agent(
      Path socket, String command, Map<String, ?> arguments, Duration limit) {
    try (JsonSocket agent = open(socket, limit)) {
      long mark = ThreadLocalRandom.current().nextLong(1, Integer.MAX_VALUE);
      agent.write(new byte[] {(byte) SYNC});
      agent.send(Map.of("execute", "guest-sync-delimited", "arguments", Map.of("id", mark)));
      agent.skipTo(SYNC);
      while (agent.object().path("return").asLong(0) != mark) {
        agent.skipTo(SYNC);
      }
      Map<String, Object> call = new TreeMap<>();
      call.put("execute", command);
      if (!arguments.isEmpty()) {
        call.put("arguments", arguments);
      }
      agent.send(call);
      return Optional.of(agent.object());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static JsonSocket open(Path socket, Duration limit) throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(UnixDomainSocketAddress.of(socket));
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    return new JsonSocket(channel, limit);
  }

  private void send(Map<String, ?> message) throws IOException {
    write((JSON.writeValueAsString(message) + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private void write(byte[] bytes) throws IOException {
    ByteBuffer out = ByteBuffer.wrap(bytes);
    while (out.hasRemaining()) {
      channel.write(out);
    }
  }

  /** The next object that answers a command; events in between are passed over. */
  private JsonNode answer() throws IOException {
    while (true) {
      JsonNode object = object();
      if (object.has("return") || object.has("error")) {
        return object;
      }
    }
  }

  private JsonNode object() throws IOException {
    String line = line();
    while (line.isBlank()) {
      line = line();
    }
    try {
      return JSON.readTree(line);
    } catch (JacksonException e) {
      throw new IOException("not JSON: " + line, e);
    }
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = read(); next != '\n'; next = read()) {
      line.write(next);
    }
    return line.toString(StandardCharsets.UTF_8);
  }

  private void skipTo(int mark) throws IOException {
    int next = read();
    while (next != mark) {
      next = read();
    }
  }

  private int read() throws IOException {
    if (!buffer.hasRemaining()) {
      buffer.clear();
      int count = channel.read(buffer);
      buffer.flip();
      if (count < 0) {
        throw new ClosedChannelException();
      }
    }
    return buffer.get() & 0xFF;
  }

  @Override
  public void close() throws IOException {
    alarm.interrupt();
    channel.close();
  }
}
