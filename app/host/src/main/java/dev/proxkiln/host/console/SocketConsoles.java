package dev.proxkiln.host.console;

import dev.proxkiln.core.port.Consoles;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Serial consoles behind Unix sockets, as QEMU on a PVE node opens them for {@code serial0:
 * socket}. A console is waited for until its guest starts, and connected again when the guest
 * restarts.
 */
public final class SocketConsoles implements Consoles {
  /** Where PVE's guests have their sockets. */
  public static final Path FOLDER = Path.of("/var/run/qemu-server");

  private static final int MOST_LINES = 1000;
  private static final long PAUSE_MILLIS = 250;

  private final Path folder;

  /**
   * Consoles in a folder.
   *
   * @param folder where the sockets {@code VMID.serial0} are, on a node {@link #FOLDER}
   */
  public SocketConsoles(Path folder) {
    this.folder = folder;
  }

  @Override
  public Console follow(String node, long vmid) {
    Follower follower = new Follower(folder.resolve(vmid + ".serial0"));
    follower.thread.start();
    return follower;
  }

  /** One console that is being followed by a thread of its own. */
  private static final class Follower implements Console {
    private final Path socket;
    private final ConsoleText text = new ConsoleText(MOST_LINES);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;
    private volatile @Nullable SocketChannel channel;

    private Follower(Path socket) {
      this.socket = socket;
      this.thread = Thread.ofVirtual().name("console").unstarted(this::run);
    }

    @Override
    public List<String> tail(int most) {
      return text.tail(most);
    }

    @Override
    public void close() {
      closed.countDown();
      SocketChannel open = channel;
      if (open != null) {
        closeQuietly(open);
      }
      thread.interrupt();
    }

    private void run() {
      try {
        do {
          read();
        } while (!closed.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    /** Reads until the guest stops, its socket goes away or this is closed. */
    private void read() {
      try (SocketChannel connection = SocketChannel.open(StandardProtocolFamily.UNIX)) {
        channel = connection;
        if (closed.getCount() == 0) {
          return;
        }
        connection.connect(UnixDomainSocketAddress.of(socket));
        Reader reader =
            new InputStreamReader(Channels.newInputStream(connection), StandardCharsets.UTF_8);
        char[] buffer = new char[4096];
        for (int count = reader.read(buffer); count >= 0; count = reader.read(buffer)) {
          text.add(new String(buffer, 0, count));
        }
      } catch (IOException e) {
        // Not there yet, or gone: tried again after a pause.
      } finally {
        channel = null;
      }
    }

    private static void closeQuietly(SocketChannel open) {
      try {
        open.close();
      } catch (IOException e) {
        // Nothing can be lost: it was only read from.
      }
    }
  }
}
