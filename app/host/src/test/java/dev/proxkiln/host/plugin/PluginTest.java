package dev.proxkiln.host.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.proxkiln.core.module.Module;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.testkit.PluginMaker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PluginTest {
  private static final String QUERY =
      """
      @Override public List<Action<?>> actions() { return List.of(); }
      @Override public List<Query> queries() {
        return List.of(new Query() {
          public String name() { return "%s"; }
          public String summary() { return ""; }
          public dev.proxkiln.core.field.Schema schema(dev.proxkiln.core.facts.Facts f) {
            return dev.proxkiln.core.field.Schema.of();
          }
          public boolean needsTarget() { return false; }
          public Result answer(
              dev.proxkiln.core.field.Answers a,
              dev.proxkiln.core.facts.Facts f,
              dev.proxkiln.core.port.PvePort p) {
            return new One("");
          }
        });
      }
      """;

  /** What the class of a plug-in has, by its package; compiled in one go, which takes a while. */
  private static final Map<String, String> VARIANTS =
      Map.ofEntries(
          Map.entry("good", ""),
          Map.entry("constructor", "public Plug() { throw new Error(\"oh\"); }"),
          Map.entry("initializer", "static { if (true) throw new Error(\"oh\"); }"),
          Map.entry("hidden", "private Plug() {}"),
          Map.entry("deep", "private final Object o = deep(); Object deep() { return deep(); }"),
          Map.entry("inside", "private final Object o = new dev.proxkiln.host.file.LocalFiles();"),
          Map.entry("library", "private final Object o = new org.tukaani.xz.LZMA2Options();"),
          Map.entry(
              "allowed",
              "private final Object o = dev.proxkiln.core.facts.Facts.none();"
                  + " private final Object l = org.slf4j.LoggerFactory.getLogger(\"x\");"),
          Map.entry("query", QUERY.formatted("plug show")),
          Map.entry("strange", QUERY.formatted("Plug;show")));

  private static Map<String, byte[]> classes;

  @BeforeAll
  static void compile() {
    Map<String, String> sources = new TreeMap<>();
    VARIANTS.forEach(
        (name, more) -> sources.put(name + ".Plug", PluginMaker.source(name, "plug", more)));
    sources.put("other.Plug", PluginMaker.source("other", "another", ""));
    sources.put("none.Plug", "package none; public final class Plug {}");
    classes = PluginMaker.compile(sources);
  }

  @TempDir Path root;
  private final PluginMaker maker = new PluginMaker();
  private PluginFolder folder;

  @BeforeEach
  void trust() throws IOException {
    Path keys = Files.createDirectories(root.resolve("keys"));
    Files.setPosixFilePermissions(keys, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.writeString(keys.resolve("maker.pem"), maker.publicKey());
    folder = new PluginFolder(root.resolve("plugins"), new PluginKeys(keys));
  }

  private static byte[] jar(String version) {
    return PluginMaker.jar(PluginMaker.manifest("plug", version, Module.API), "good", classes);
  }

  private void install(byte[] jar) {
    Optional<byte[]> signature = Optional.of(maker.sign(jar));
    folder.install(folder.check(jar, signature, false, "plug.jar"), jar, signature);
  }

  private Module load() {
    return PluginModule.of(folder.read("plug").jar(), Set.of(), () -> null);
  }

  private static void refuses(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String slug, String why) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.first().slug()).isEqualTo(slug);
              assertThat(e.first().what() + " " + e.first().why()).contains(why);
            });
  }

  @Test
  void installsReplacesAndRemovesASignedPlugIn() throws IOException {
    assertThat(folder.ids()).isEmpty();
    install(jar("1.0"));
    assertThat(folder.ids()).containsExactly("plug");
    assertThat(folder.read("plug").signer()).contains("maker");
    assertThat(load().title()).isEqualTo("A plug-in");
    install(jar("2.0"));
    install(jar("2.0"));
    assertThat(folder.read("plug").jar().version()).isEqualTo("2.0");
    try (Stream<Path> left = Files.list(root.resolve("plugins"))) {
      assertThat(left.map(p -> p.getFileName().toString()))
          .as("the link, one folder and the lock")
          .hasSize(3);
    }
    folder.remove("plug");
    folder.remove("plug");
    assertThat(folder.ids()).isEmpty();
    try (Stream<Path> left = Files.list(root.resolve("plugins"))) {
      assertThat(left).hasSize(1);
    }
  }

  @Test
  void whatAKilledInstallationLeftIsNoPlugInAndIsSweptAway() throws IOException {
    install(jar("1.0"));
    Path half = Files.createDirectories(root.resolve("plugins/.plug.new"));
    Files.writeString(half.resolve("plugin.jar"), "half");
    Files.createDirectories(root.resolve("plugins/.plug-0123456789abcdef"));
    assertThat(folder.ids()).containsExactly("plug");
    assertThat(load().id()).isEqualTo("plug");
    install(jar("1.1"));
    try (Stream<Path> left = Files.list(root.resolve("plugins"))) {
      assertThat(left).hasSize(3);
    }
  }

  @Test
  void takesNothingThatNobodyTrustedSigned() throws IOException {
    byte[] jar = jar("1.0");
    refuses(
        () -> folder.check(jar, Optional.empty(), false, "plug.jar"),
        "plugin-unsigned",
        "no 'plug.jar.sig'");
    refuses(
        () -> folder.check(jar, Optional.of(new PluginMaker().sign(jar)), true, "plug.jar"),
        "plugin-untrusted",
        "maker");
    byte[] other = jar("1.1");
    refuses(
        () -> folder.check(other, Optional.of(maker.sign(jar)), false, "plug.jar"),
        "plugin-untrusted",
        "maker");
    refuses(
        () -> folder.check(jar, Optional.of(new byte[63]), false, "plug.jar"),
        "plugin-untrusted",
        "64 bytes");
    byte[] text = Base64.getEncoder().encode(maker.sign(jar));
    assertThat(folder.check(jar, Optional.of(text), false, "plug.jar").signer()).contains("maker");
    Files.setPosixFilePermissions(
        root.resolve("keys/maker.pem"), PosixFilePermissions.fromString("rw-rw-r--"));
    refuses(
        () -> folder.check(jar, Optional.of(text), false, "plug.jar"),
        "plugin-untrusted",
        "may write");
  }

  @Test
  void seesAJarThatWasChangedAfterItWasInstalled() throws IOException {
    install(jar("1.0"));
    Path file = folder.place("plug").resolve("plugin.jar");
    Files.write(file, jar("6.6.6"));
    refuses(() -> folder.read("plug"), "plugin-untrusted", "maker");
    Files.delete(folder.place("plug").resolve("plugin.jar.sig"));
    refuses(() -> folder.read("plug"), "plugin-unsigned", "no signature");
  }

  @Test
  void anUnsignedOneIsTakenAsItWasAgreedTo() throws IOException {
    byte[] jar = jar("1.0");
    folder.install(folder.check(jar, Optional.empty(), true, "plug.jar"), jar, Optional.empty());
    assertThat(folder.read("plug").signer()).isEmpty();
    Files.write(folder.place("plug").resolve("plugin.jar"), jar("1.1"));
    refuses(() -> folder.read("plug"), "plugin-unsigned", "agreed");
  }

  @Test
  void aJarUnderAnotherNameIsNotLoaded() throws IOException {
    install(jar("1.0"));
    Files.move(folder.place("plug"), folder.place("plag"));
    refuses(() -> folder.read("plag"), "plugin-unsigned", "not its own");
  }

  @ParameterizedTest
  @CsvSource({
    "Proxkiln-Module: plug, Proxkiln-Madule: plug, Proxkiln-Module",
    "Proxkiln-Module: plug, Proxkiln-Module: ../plug, Proxkiln-Module",
    "Proxkiln-Api: 1, Proxkiln-Api: one, Proxkiln-Api",
    "Implementation-Version: 1.0, X: 1, Implementation-Version"
  })
  void aManifestMustSayWhatItIs(String right, String wrong, String why) {
    byte[] jar =
        PluginMaker.jar(
            PluginMaker.manifest("plug", "1.0", 1).replace(right, wrong), Map.of(), Map.of());
    refuses(() -> PluginJar.read(jar, "plug.jar"), "plugin-unreadable", why);
  }

  @Test
  void whatIsNoJarOfAModuleIsRefused() {
    refuses(() -> PluginJar.read(new byte[100], "x.jar"), "plugin-unreadable", "no manifest");
    byte[] whole = jar("1.0");
    refuses(
        () -> PluginJar.read(java.util.Arrays.copyOf(whole, whole.length / 2), "x.jar"),
        "plugin-unreadable",
        "x.jar");
    String manifest = PluginMaker.manifest("plug", "1.0", 1);
    byte[] two = "a.B\nc.D\n".getBytes(StandardCharsets.UTF_8);
    refuses(
        () ->
            PluginJar.read(
                PluginMaker.jar(manifest, Map.of(PluginMaker.SERVICE, two), Map.of()), "x.jar"),
        "plugin-unreadable",
        "exactly one class");
    refuses(
        () ->
            PluginJar.read(
                PluginMaker.jar(
                    manifest, Map.of(), Map.of("dev.proxkiln.core.plan.Plan", new byte[1])),
                "x.jar"),
        "plugin-unreadable",
        "class of proxkiln itself");
  }

  private static Module of(int api, String variant, String... taken) {
    byte[] jar = PluginMaker.jar(PluginMaker.manifest("plug", "1.0", api), variant, classes);
    return PluginModule.of(PluginJar.read(jar, "plug.jar"), Set.of(taken), () -> null);
  }

  @ParameterizedTest
  @CsvSource({
    "constructor, oh",
    "initializer, oh",
    "hidden, hidden.Plug",
    "other, 'its code another'",
    "none, is no Module",
    "absent, absent.Plug",
    "deep, StackOverflow",
    "inside, NoClassDefFound",
    "library, NoClassDefFound",
    "strange, one to three"
  })
  void whateverItsCodeDoesIsAProblemAndNothingElse(String variant, String why) {
    refuses(() -> of(1, variant), "plugin-broken", why);
  }

  @Test
  void mustBeMadeForTheseInterfacesAndSeesThem() {
    refuses(() -> of(Module.API + 1, "good"), "plugin-broken", "version 2 of the interfaces");
    assertThat(of(1, "allowed").id()).isEqualTo("plug");
  }

  @Test
  void itsCommandsMustBeItsOwn() {
    assertThat(PluginModule.names(of(1, "query", "plug list"))).containsExactly("plug show");
    refuses(() -> of(1, "query", "plug show"), "plugin-broken", "clashes with 'plug show'");
    refuses(() -> of(1, "query", "plug"), "plugin-broken", "clashes with 'plug'");
    refuses(() -> of(1, "query", "plug show all"), "plugin-broken", "clashes");
  }
}
