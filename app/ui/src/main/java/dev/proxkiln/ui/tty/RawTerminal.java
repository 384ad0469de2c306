package dev.proxkiln.ui.tty;

import dev.proxkiln.ui.screen.Frame;
import dev.proxkiln.ui.screen.Size;
import dev.proxkiln.ui.screen.Theme;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jline.terminal.Attributes;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.InfoCmp;
import sun.misc.Signal;

/**
 * The terminal in raw mode and on its alternate screen. Closing it, which the end of the process
 * does too, brings back what was there.
 */
final class RawTerminal implements AutoCloseable {
  private static final String ENTER = "\u001b[?1049h\u001b[?2004h\u001b[22;0t";
  private static final String LEAVE = "\u001b[0m\u001b[?2004l\u001b[?25h\u001b[?1049l\u001b[23;0t";

  /**
   * Calls of the system by native code, which is there at once: "ffm" makes its own at each start.
   */
  private static final String CALLS = "jni";

  /** What the terminal can do, as {@code terminfo} would name it. */
  private static final String TYPE = "proxkiln";

  private final Terminal terminal;
  private final Attributes before;
  private final Paint paint;
  private final Thread hook;
  private final AtomicBoolean closed = new AtomicBoolean();

  private RawTerminal(Terminal terminal, Theme theme) {
    this.terminal = terminal;
    this.paint = new Paint(theme);
    before = terminal.enterRawMode();
    hook = Thread.ofPlatform().name("restore-terminal").unstarted(this::restore);
    Runtime.getRuntime().addShutdownHook(hook);
    Attributes raw = terminal.getAttributes();
    // Ctrl-C, Ctrl-Z and Ctrl-\ are keys here: a page decides what they do.
    raw.setLocalFlag(Attributes.LocalFlag.ISIG, false);
    terminal.setAttributes(raw);
    terminal.writer().write(ENTER);
    terminal.flush();
  }

  /** Opens the terminal of this process; empty where it cannot show screens. */
  static Optional<RawTerminal> open(Theme theme) {
    return open(
        theme,
        TerminalBuilder.builder()
            .system(true)
            .systemOutput(TerminalBuilder.SystemOutput.SysOut)
            .provider(provider()));
  }

  /** Opens a terminal that nobody sits at: no key comes, and nobody sees what is shown. */
  static Optional<RawTerminal> openEmpty(Theme theme) {
    return open(
        theme,
        TerminalBuilder.builder()
            .system(false)
            .streams(InputStream.nullInputStream(), OutputStream.nullOutputStream())
            .size(new org.jline.terminal.Size(80, 24))
            .provider(CALLS));
  }

  private static Optional<RawTerminal> open(Theme theme, TerminalBuilder builder) {
    // What the screens write is the same everywhere; asking for more would start a program.
    InfoCmp.setLoadedInfoCmp(TYPE, TYPE + ",");
    try {
      Terminal terminal = builder.type(TYPE).dumb(false).nativeSignals(false).build();
      org.jline.terminal.Size size = terminal.getSize();
      if (!new Size(size.getColumns(), size.getRows()).fits()) {
        terminal.close();
        return Optional.empty();
      }
      return Optional.of(new RawTerminal(terminal, theme));
    } catch (IOException | IllegalStateException e) {
      return Optional.empty();
    }
  }

  /**
   * Calls of the system are quickest, but what they set has no line speed in it: that of a serial
   * line is kept by {@code stty} alone.
   */
  private static String provider() {
    try {
      String device = Path.of("/proc/self/fd/0").toRealPath().toString();
      return device.matches("/dev/(?:tty[A-Z]+|hvc)\\d+") ? "exec" : CALLS;
    } catch (IOException e) {
      return CALLS;
    }
  }

  Size size() {
    org.jline.terminal.Size size = terminal.getSize();
    return new Size(Math.max(1, size.getColumns()), Math.max(1, size.getRows()));
  }

  /**
   * Does something whenever the window's size has changed; straight, because JLine's way loads
   * more.
   */
  void onResize(Runnable then) {
    Signal.handle(new Signal("WINCH"), signal -> then.run());
  }

  int read(long patience) throws IOException {
    return terminal.reader().read(patience);
  }

  void forget() {
    paint.forget();
  }

  void show(Frame frame) {
    terminal.writer().write(paint.to(frame));
    terminal.flush();
  }

  private void restore() {
    if (closed.compareAndSet(false, true)) {
      terminal.writer().write(LEAVE);
      terminal.flush();
      terminal.setAttributes(before);
    }
  }

  @Override
  public void close() {
    restore();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending: the hook has run, or finds nothing to do.
    }
    try {
      terminal.close();
    } catch (IOException e) {
      // It is gone; there is nothing to bring back.
    }
  }
}
