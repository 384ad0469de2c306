package dev.proxkiln.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Compiles and signs plug-ins, as their makers do with other tools. */
public final class PluginMaker {
  /** The service file that names a plug-in's module. */
  public static final String SERVICE = "META-INF/services/dev.proxkiln.core.module.Module";

  private final KeyPair keys;

  /** A maker with a new key. */
  public PluginMaker() {
    try {
      keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The public key, as {@code openssl pkey -pubout} writes it. */
  public String publicKey() {
    return "-----BEGIN PUBLIC KEY-----\n"
        + Base64.getEncoder().encodeToString(keys.getPublic().getEncoded())
        + "\n-----END PUBLIC KEY-----\n";
  }

  /** The signature of a jar, 64 bytes. */
  public byte[] sign(byte[] jar) {
    try {
      Signature signature = Signature.getInstance("Ed25519");
      signature.initSign(keys.getPrivate());
      signature.update(jar);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * The source of a module.
   *
   * @param folder package of the class {@code Plug}: several can be compiled at once
   * @param more what else the class has; without actions it has no commands
   */
  public static String source(String folder, String id, String more) {
    return """
        package %s;

        import dev.proxkiln.core.module.*;
        import dev.proxkiln.core.module.Module;
        import java.util.List;

        public final class Plug implements Module {
          @Override public String id() { return "%s"; }
          @Override public String title() { return "A plug-in"; }
          @Override public void open(Resources resources) {}
          %s
        }
        """
        .formatted(
            folder,
            id,
            more.contains("actions()")
                ? more
                : more
                    + "\n@Override public List<Action<?>> actions() { return List.of(); }"
                    + "\n@Override public List<Query> queries() { return List.of(); }");
  }

  /**
   * A jar of the class {@code Plug} in a package.
   *
   * @param classes compiled classes, of which those of the package are taken
   */
  public static byte[] jar(String manifest, String folder, Map<String, byte[]> classes) {
    Map<String, byte[]> own = new TreeMap<>(classes);
    own.keySet().removeIf(name -> !name.startsWith(folder + "."));
    byte[] service = (folder + ".Plug\n").getBytes(StandardCharsets.UTF_8);
    return jar(manifest, Map.of(SERVICE, service), own);
  }

  /** The manifest of a plug-in. */
  public static String manifest(String id, String version, int api) {
    return "Manifest-Version: 1.0\nProxkiln-Module: "
        + id
        + "\nProxkiln-Api: "
        + api
        + "\nImplementation-Version: "
        + version
        + "\n\n";
  }

  /** A jar of files and classes, always the same for the same content. */
  public static byte[] jar(
      String manifest, Map<String, byte[]> files, Map<String, byte[]> classes) {
    Map<String, byte[]> all = new TreeMap<>(files);
    classes.forEach((name, bytes) -> all.put(name.replace('.', '/') + ".class", bytes));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      put(zip, "META-INF/MANIFEST.MF", manifest.getBytes(StandardCharsets.UTF_8));
      for (Map.Entry<String, byte[]> entry : all.entrySet()) {
        put(zip, entry.getKey(), entry.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setTime(0);
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }

  /** The sources of a folder by the names of their classes. */
  public static Map<String, String> sources(Path folder) {
    Map<String, String> sources = new LinkedHashMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".java")).sorted().toList()) {
        String name = folder.relativize(file).toString().replace('/', '.');
        sources.put(name.substring(0, name.length() - ".java".length()), Files.readString(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return sources;
  }

  /**
   * Compiles sources against the class path of this process.
   *
   * @param sources text by class name
   * @return classes by name
   * @throws IllegalArgumentException with the compiler's words when it refuses
   */
  public static Map<String, byte[]> compile(Map<String, String> sources) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    Map<String, ByteArrayOutputStream> classes = new LinkedHashMap<>();
    List<JavaFileObject> units = new ArrayList<>();
    sources.forEach((name, text) -> units.add(new Source(name, text)));
    StringWriter said = new StringWriter();
    JavaFileManager files =
        new ForwardingJavaFileManager<>(
            compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
          @Override
          public JavaFileObject getJavaFileForOutput(
              Location location, String name, JavaFileObject.Kind kind, FileObject sibling) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            classes.put(name, bytes);
            return new Target(name, bytes);
          }
        };
    List<String> options =
        List.of("-proc:none", "-classpath", System.getProperty("java.class.path"));
    if (!compiler.getTask(said, files, null, options, null, units).call()) {
      throw new IllegalArgumentException(said.toString());
    }
    Map<String, byte[]> compiled = new TreeMap<>();
    classes.forEach((name, bytes) -> compiled.put(name, bytes.toByteArray()));
    return compiled;
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String name, String text) {
      super(URI.create("string:///" + name.replace('.', '/') + ".java"), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }

  private static final class Target extends SimpleJavaFileObject {
    private final ByteArrayOutputStream bytes;

    Target(String name, ByteArrayOutputStream bytes) {
      super(URI.create("bytes:///" + name.replace('.', '/') + ".class"), Kind.CLASS);
      this.bytes = bytes;
    }

    @Override
    public ByteArrayOutputStream openOutputStream() {
      return bytes;
    }
  }
}
