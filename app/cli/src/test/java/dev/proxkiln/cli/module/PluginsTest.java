package dev.proxkiln.cli.module;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.cli.InProcess;
import dev.proxkiln.core.call.Verb;
import dev.proxkiln.core.port.ResolvedCall;
import dev.proxkiln.core.tree.Tree;
import dev.proxkiln.pve.rest.Credentials;
import dev.proxkiln.pve.rest.RestTransport;
import dev.proxkiln.pve.rest.Trust;
import dev.proxkiln.sandbox.Sandbox;
import dev.proxkiln.sandbox.SandboxOptions;
import dev.proxkiln.sandbox.boot.BootMode;
import dev.proxkiln.testkit.PluginMaker;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plug-ins from the command line: the worked example of the documentation, and broken ones. */
class PluginsTest {
  private static final Path EXAMPLE =
      Path.of(System.getProperty("proxkiln.home"), "docs/plugin-example");

  /** Everything that is compiled here, in one go: that takes a while. */
  private static Map<String, byte[]> classes;

  @TempDir Path root;
  private final PluginMaker maker = new PluginMaker();

  private InProcess program() {
    return new InProcess(root);
  }

  @BeforeAll
  static void compile() {
    Map<String, String> sources =
        new LinkedHashMap<>(PluginMaker.sources(EXAMPLE.resolve("src/main/java")));
    sources.putAll(PluginMaker.sources(EXAMPLE.resolve("src/test/java")));
    sources.put("fine.Plug", PluginMaker.source("fine", "fine", ""));
    sources.put(
        "bad.Plug", PluginMaker.source("bad", "bad", "public Plug() { throw new Error(); }"));
    classes = PluginMaker.compile(sources);
  }

  @BeforeEach
  void trust() throws IOException {
    Path keys = Files.createDirectories(program().layout().pluginKeys());
    Files.setPosixFilePermissions(keys, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.writeString(keys.resolve("maker.pem"), maker.publicKey());
  }

  /** The example's jar, with the manifest that its own build file asks for. */
  private static byte[] example() throws IOException {
    String pom = Files.readString(EXAMPLE.resolve("pom.xml"));
    StringBuilder manifest = new StringBuilder("Manifest-Version: 1.0\n");
    pom.substring(pom.indexOf("<manifestEntries>") + 17, pom.indexOf("</manifestEntries>"))
        .replaceAll("(?s)<!--.*?-->", "")
        .replace("${project.version}", "1.0.0")
        .lines()
        .filter(line -> !line.isBlank())
        .forEach(
            line ->
                manifest
                    .append(line.strip().replaceAll("<([A-Za-z-]+)>(.*)</.*>", "$1: $2"))
                    .append('\n'));
    Path service = EXAMPLE.resolve("src/main/resources").resolve(PluginMaker.SERVICE);
    Map<String, byte[]> own = new LinkedHashMap<>(classes);
    own.keySet().removeIf(name -> !name.startsWith("org.example.") || name.endsWith("Test"));
    return PluginMaker.jar(
        manifest + "\n", Map.of(PluginMaker.SERVICE, Files.readAllBytes(service)), own);
  }

  private Path file(String name, byte[] jar) throws IOException {
    Path file = Files.write(root.resolve(name), jar);
    Files.write(root.resolve(name + ".sig"), maker.sign(jar));
    return file;
  }

  private String install(String id, byte[] jar) throws IOException {
    InProcess.Ended ended =
        program().run("module", "install", file(id + ".jar", jar).toString(), "--yes");
    return ended.code() + " " + ended.err();
  }

  private static Object send(RestTransport pve, Verb verb, String path, String... params) {
    LinkedHashMap<String, List<String>> all =
        new LinkedHashMap<>(ResolvedCall.get(path, params).params());
    return pve.send(new ResolvedCall(verb, path, all, Set.of(), Optional.empty())).value();
  }

  @Test
  void theExampleIsInstalledWorksIsSwitchedOffAndRemoved() throws Exception {
    Path state = Files.createDirectories(program().layout().state().resolve("sandbox"));
    byte[] jar = example();
    try (Sandbox sandbox = Sandbox.open(SandboxOptions.in(state).withBootMode(BootMode.SIMULATED));
        RestTransport pve =
            new RestTransport(
                sandbox.url(),
                new Credentials.Password(sandbox.user(), sandbox.password()),
                Trust.Pinned.parse(sandbox.fingerprint()))) {
      String qemu = "/nodes/" + sandbox.nodes().getFirst() + "/qemu";
      send(pve, Verb.POST, qemu, "vmid", "100", "name", "web", "description", "Before.");

      InProcess.Ended asked = program().run("module", "install", file("n.jar", jar).toString());
      assertThat(asked.err())
          .contains("consent-missing", "'notes' 1.0.0", "signed by 'maker'", "whatever proxkiln");
      assertThat(program().run("note", "set", "100", "--text", "x").code()).isEqualTo(2);

      InProcess.Ended installed =
          program().run("module", "install", root.resolve("n.jar").toString(), "--yes");
      assertThat(installed.code()).as(installed.err()).isZero();
      assertThat(installed.err()).contains("Installed 'notes' 1.0.0: note set.");
      assertThat(program().run("module", "list").out())
          .containsPattern("notes +on +1.0.0 +signed by maker +Notes of guests")
          .containsPattern("template +on");
      assertThat(program().run("module", "info", "notes", "--json").out())
          .contains("\"note set\"", "\"interfaces\": 1");
      assertThat(program().run("note", "set", "--help").out()).contains("--text", "Markdown");

      String[] call = {"note", "set", "100", "--text", "Ask Jane.", "--target", "sandbox", "--yes"};
      assertThat(
              program()
                  .run("plan", "note", "set", "100", "--text", "Ask Jane.", "--target", "sandbox")
                  .out())
          .contains("Write the note of 100");
      InProcess.Ended done = program().run(call);
      assertThat(done.code()).as(done.err()).isZero();
      assertThat(Tree.text(send(pve, Verb.GET, qemu + "/100/config"), "description"))
          .startsWith("Ask Jane.");
      String run = program().wiring().runs().ids().getFirst();
      assertThat(program().run("undo", run, "--yes").code()).isZero();
      assertThat(Tree.text(send(pve, Verb.GET, qemu + "/100/config"), "description"))
          .startsWith("Before.");
      InProcess.Ended missing =
          program().run("note", "set", "999", "--text", "x", "--target", "sandbox", "--yes");
      assertThat(missing.err()).contains("no virtual machine 999");

      assertThat(program().run("module", "disable", "notes").code()).isZero();
      assertThat(program().run(call).err()).contains("unknown-command");
      assertThat(program().run("module", "list").out()).containsPattern("notes +off");
      assertThat(program().run("config", "get", "modules-off").out()).isEqualTo("notes\n");
      assertThat(program().run("module", "enable", "notes").code()).isZero();
      assertThat(program().run(call).code()).isZero();

      assertThat(program().run("module", "remove", "notes", "--yes").code()).isZero();
      assertThat(program().run(call).err()).contains("unknown-command");
      assertThat(program().run("module", "list").out()).doesNotContain("notes");
    }
  }

  @Test
  void theTestOfTheExamplePasses() throws Exception {
    ClassLoader loader =
        new ClassLoader(getClass().getClassLoader()) {
          @Override
          protected Class<?> findClass(String name) throws ClassNotFoundException {
            byte[] bytes = classes.get(name);
            if (bytes == null) {
              throw new ClassNotFoundException(name);
            }
            return defineClass(name, bytes, 0, bytes.length);
          }
        };
    Class<?> test = loader.loadClass("org.example.notes.NoteSetTest");
    int run = 0;
    for (Method method : test.getDeclaredMethods()) {
      if (method.isAnnotationPresent(Test.class)) {
        var constructor = test.getDeclaredConstructor();
        constructor.setAccessible(true);
        method.setAccessible(true);
        method.invoke(constructor.newInstance());
        run++;
      }
    }
    assertThat(run).isEqualTo(2);
  }

  @Test
  void brokenOnesAreNamedAndLeftOut() throws Exception {
    assertThat(
            install(
                "fine", PluginMaker.jar(PluginMaker.manifest("fine", "1.0", 1), "fine", classes)))
        .startsWith("0 ");
    assertThat(
            install("bad", PluginMaker.jar(PluginMaker.manifest("bad", "1.0", 1), "bad", classes)))
        .startsWith("3 ")
        .contains("plugin-broken");
    assertThat(program().run("module", "list").out()).contains("fine").doesNotContain("bad");
    byte[] taken = PluginMaker.jar(PluginMaker.manifest("template", "1.0", 1), "fine", classes);
    assertThat(install("template", taken)).contains("a module of proxkiln itself");

    // One that worked when it was installed, and does not any more.
    byte[] jar = PluginMaker.jar(PluginMaker.manifest("old", "1.0", 7), "fine", classes);
    var folder = program().wiring().plugins();
    folder.install(
        folder.check(jar, Optional.of(maker.sign(jar)), false, "old"),
        jar,
        Optional.of(maker.sign(jar)));
    InProcess.Ended listed = program().run("module", "list");
    assertThat(listed.code()).isZero();
    assertThat(listed.out()).containsPattern("old +broken").containsPattern("fine +on");
    assertThat(listed.err()).contains("note: The plug-in 'old' 1.0 cannot be used.", "version 7");
    assertThat(program().run("doctor", "--json").out()).contains("version 7 of the interfaces");
    assertThat(program().run("module", "remove", "old", "--yes").code()).isZero();
    assertThat(program().run("module", "list").err()).isEmpty();
  }

  @Test
  void nobodysPlugInIsTakenOnlyWhenAskedFor() throws Exception {
    byte[] jar = PluginMaker.jar(PluginMaker.manifest("fine", "1.0", 1), "fine", classes);
    String file = Files.write(root.resolve("plug.jar"), jar).toString();
    assertThat(program().run("module", "install", file, "--yes").err())
        .contains("plugin-unsigned", "--allow-unsigned");
    assertThat(program().run("module", "install", file, "--yes", "--allow-unsigned").code())
        .isZero();
    assertThat(program().run("module", "list").out()).contains("not signed");
    Files.writeString(root.resolve("other.sig"), "nonsense", StandardCharsets.UTF_8);
    assertThat(program().run("module", "install", file, "--yes", "--signature", "other.sig").err())
        .contains("plugin-untrusted");
  }

  @Test
  void withoutTheModuleOfTemplatesTheRestWorks() {
    assertThat(program().run("module", "disable", "template").code()).isZero();
    assertThat(program().run("catalog", "list").err()).contains("unknown-command");
    InProcess.Ended list = program().run("module", "list");
    assertThat(list.out()).containsPattern("template +off");
    assertThat(program().run("help").code()).isZero();
    assertThat(program().run("module", "info", "tempalte").err()).contains("'template'?");
    assertThat(program().run("module", "remove", "template").err()).contains("module disable");
    assertThat(program().run("module", "enable", "template").code()).isZero();
    assertThat(program().run("catalog", "list").code()).isZero();
  }
}
