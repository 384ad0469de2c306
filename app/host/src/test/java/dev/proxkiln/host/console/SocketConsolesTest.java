package dev.proxkiln.host.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.proxkiln.core.port.Consoles.Console;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SocketConsolesTest {
  @TempDir Path folder;

  @Test
  void followsAGuestFromBeforeItsStartThroughARestart() throws IOException {
    Path socket = folder.resolve("100.serial0");
    try (Console console = new SocketConsoles(folder).follow("pve", 100)) {
      assertThat(console.tail(10)).isEmpty();
      say(socket, "booting\r\n\u001b[32mready\u001b[0m\r\nlogin: ");
      await()
          .untilAsserted(
              () -> assertThat(console.tail(10)).containsExactly("booting", "ready", "login: "));
      Files.delete(socket);
      say(socket, "\nagain\n");
      await().untilAsserted(() -> assertThat(console.tail(2)).containsExactly("login:", "again"));
    }
  }

  @Test
  void letsGoOfTheSocketWhenClosed() throws IOException {
    Path socket = folder.resolve("101.serial0");
    try (ServerSocketChannel server = listen(socket)) {
      Console console = new SocketConsoles(folder).follow("pve", 101);
      try (SocketChannel guest = server.accept()) {
        console.close();
        assertThat(guest.read(ByteBuffer.allocate(1))).isEqualTo(-1);
      }
    }
  }

  @Test
  void keepsTheLastLinesAsPlainText() {
    ConsoleText text = new ConsoleText(3);
    String stream =
        "one\ntwo\n\u001b]0;title\u0007three\u001b(B\n\u001b[1;31mfo\u001b[Kur\u001b[0m  \r\n\u0000fi\u0008ve\tä";
    stream.chars().forEach(c -> text.add(String.valueOf((char) c)));
    assertThat(text.tail(10)).containsExactly("two", "three", "four", "five\tä");
    assertThat(text.tail(2)).containsExactly("four", "five\tä");
    text.add("x".repeat(5000));
    assertThat(text.tail(10)).allMatch(line -> line.length() <= 4096);
    assertThat(text.tail(0)).isEqualTo(List.of());
  }

  private static ServerSocketChannel listen(Path socket) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    return server.bind(UnixDomainSocketAddress.of(socket));
  }

  private static void say(Path socket, String text) throws IOException {
    try (ServerSocketChannel server = listen(socket);
        SocketChannel guest = server.accept()) {
      guest.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }
  }
}
