package dev.proxkiln.host.plugin;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/**
 * The classes of one plug-in, defined from the bytes that were verified. It sees the Java platform,
 * the interfaces of proxkiln and its own classes; neither the rest of proxkiln, nor the libraries
 * that proxkiln uses, nor other plug-ins.
 */
final class PluginClasses extends ClassLoader {
  private final PluginJar jar;

  PluginClasses(PluginJar jar, ClassLoader proxkiln) {
    super("plug-in " + jar.id(), new Interfaces(proxkiln));
    this.jar = jar;
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    byte[] bytes =
        jar.entry(name.replace('.', '/') + ".class")
            .orElseThrow(() -> new ClassNotFoundException(name));
    return defineClass(name, bytes, 0, bytes.length);
  }

  @Override
  public InputStream getResourceAsStream(String name) {
    Optional<byte[]> own = jar.entry(name);
    return own.isPresent() ? new ByteArrayInputStream(own.get()) : InputStream.nullInputStream();
  }

  /** What every plug-in sees. */
  private static final class Interfaces extends ClassLoader {
    private static final List<String> PACKAGES =
        List.of(
            "dev.proxkiln.core.call.",
            "dev.proxkiln.core.event.",
            "dev.proxkiln.core.facts.",
            "dev.proxkiln.core.field.",
            "dev.proxkiln.core.module.",
            "dev.proxkiln.core.plan.",
            "dev.proxkiln.core.port.",
            "dev.proxkiln.core.problem.",
            "dev.proxkiln.core.spec.",
            "dev.proxkiln.core.tree.",
            "dev.proxkiln.pve.health.",
            "dev.proxkiln.pve.model.",
            "dev.proxkiln.pve.problem.",
            "org.slf4j.",
            "org.jspecify.annotations.");

    private final ClassLoader proxkiln;

    Interfaces(ClassLoader proxkiln) {
      super("interfaces", getPlatformClassLoader());
      this.proxkiln = proxkiln;
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      if (PACKAGES.stream().noneMatch(name::startsWith)) {
        throw new ClassNotFoundException(name + ", which is no interface for plug-ins");
      }
      return proxkiln.loadClass(name);
    }
  }
}
