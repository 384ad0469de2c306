package dev.proxkiln.cli;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The rules of docs/architecture.md. */
class ArchitectureTest {
  private static final List<String> APP =
      List.of("core", "pve", "host", "config", "ui", "sandbox", "cli");

  private static JavaClasses classes;

  /** Folders of {@code modules/}: every package beside those of {@code app/}. */
  private static final Set<String> MODULES = new TreeSet<>();

  @BeforeAll
  static void readClasses() {
    classes =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("testkit"))
            .importPackages("dev.proxkiln");
    for (JavaClass one : classes) {
      String area = one.getPackageName().replace("dev.proxkiln.", "").split("\\.")[0];
      if (!APP.contains(area) && !area.equals("dist")) {
        MODULES.add(area);
      }
    }
  }

  private static String area(String name) {
    return "dev.proxkiln." + name + "..";
  }

  private static String[] areas(String... names) {
    return List.of(names).stream().map(ArchitectureTest::area).toArray(String[]::new);
  }

  private static void holds(ArchRule rule) {
    rule.allowEmptyShould(true).check(classes);
  }

  @Test
  void seesTheWholeHouse() {
    assertThat(MODULES).contains("template");
    for (String area : APP) {
      assertThat(
              classes.stream().filter(c -> c.getPackageName().startsWith("dev.proxkiln." + area)))
          .as(area)
          .isNotEmpty();
    }
  }

  @Test
  void coreKnowsTheJdkAndSlf4jOnly() {
    holds(
        classes()
            .that(resideInAPackage(area("core")))
            .should()
            .onlyDependOnClassesThat(
                resideInAnyPackage(
                    "dev.proxkiln.core..", "java..", "org.slf4j..", "org.jspecify..")));
  }

  @Test
  void coreTouchesNothingOutsideItself() {
    holds(
        noClasses()
            .that(resideInAPackage(area("core")))
            .should()
            .dependOnClassesThat(
                resideInAnyPackage("java.net.http..", "java.nio.channels..")
                    .or(named("java.nio.file.Files"))
                    .or(named("java.lang.ProcessBuilder"))
                    .or(named("java.net.Socket"))));
  }

  @Test
  void dependenciesPointInwards() {
    holds(
        noClasses()
            .that(resideInAPackage(area("pve")))
            .should()
            .dependOnClassesThat(
                resideInAnyPackage(areas("host", "config", "ui", "sandbox", "cli"))));
    holds(
        noClasses()
            .that(resideInAPackage(area("host")))
            .should()
            .dependOnClassesThat(
                resideInAnyPackage(areas("pve", "config", "ui", "sandbox", "cli"))));
    holds(
        noClasses()
            .that(resideInAnyPackage(areas("config", "ui")))
            .should()
            .dependOnClassesThat(resideInAnyPackage(areas("pve", "host", "sandbox", "cli"))));
    holds(
        noClasses()
            .that(resideInAPackage(area("config")))
            .should()
            .dependOnClassesThat(resideInAPackage(area("ui"))));
    holds(
        noClasses()
            .that(resideInAPackage(area("ui")))
            .should()
            .dependOnClassesThat(resideInAPackage(area("config"))));
    holds(
        noClasses()
            .that(resideInAPackage(area("sandbox")))
            .should()
            .dependOnClassesThat(resideInAnyPackage(areas("pve", "config", "ui", "cli"))));
  }

  @Test
  void modulesSeeCoreAndPveOnlyAndNeverEachOther() {
    for (String module : MODULES) {
      holds(
          noClasses()
              .that(resideInAPackage(area(module)))
              .should()
              .dependOnClassesThat(
                  resideInAnyPackage(areas("host", "config", "ui", "sandbox", "cli"))));
      for (String other : MODULES) {
        if (!other.equals(module)) {
          holds(
              noClasses()
                  .that(resideInAPackage(area(module)))
                  .should()
                  .dependOnClassesThat(resideInAPackage(area(other))));
        }
      }
    }
    holds(
        noClasses()
            .that(resideInAnyPackage(areas(APP.toArray(String[]::new))))
            .should()
            .dependOnClassesThat(resideInAnyPackage(areas(MODULES.toArray(String[]::new)))));
  }

  @Test
  void hostAloneStartsProcesses() {
    holds(
        noClasses()
            .that(not(resideInAPackage(area("host"))))
            .should()
            .dependOnClassesThat(named("java.lang.ProcessBuilder")));
    holds(noClasses().should().callMethod(Runtime.class, "exec", String.class));
    holds(noClasses().should().callMethod(Runtime.class, "exec", String[].class));
  }

  @Test
  void hostTheTransportsAndTheSandboxAloneOpenSockets() {
    holds(
        noClasses()
            .that(
                not(
                    resideInAnyPackage(
                        "dev.proxkiln.host..",
                        "dev.proxkiln.pve.rest..",
                        "dev.proxkiln.sandbox..")))
            .should()
            .dependOnClassesThat(
                resideInAnyPackage("java.net.http..", "com.sun.net.httpserver..")
                    .or(named("java.net.Socket"))
                    .or(named("java.net.ServerSocket"))
                    .or(named("java.nio.channels.SocketChannel"))
                    .or(named("java.nio.channels.ServerSocketChannel"))));
  }

  @Test
  void hostAndTheSandboxAloneWriteFiles() {
    DescribedPredicate<JavaClass> elsewhere =
        not(resideInAnyPackage("dev.proxkiln.host..", "dev.proxkiln.sandbox.."));
    for (String method :
        List.of(
            "write",
            "writeString",
            "newOutputStream",
            "newBufferedWriter",
            "createFile",
            "createDirectory",
            "createDirectories",
            "createTempFile",
            "move",
            "copy")) {
      holds(
          noClasses()
              .that(elsewhere)
              .should()
              .callMethodWhere(
                  com.tngtech.archunit.core.domain.JavaCall.Predicates.target(
                          com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With
                              .<JavaClass>owner(named("java.nio.file.Files")))
                      .and(
                          com.tngtech.archunit.core.domain.JavaCall.Predicates.target(
                              com.tngtech.archunit.core.domain.properties.HasName.Predicates.name(
                                  method))))
              .as("only host and sandbox may call Files." + method));
    }
    holds(
        noClasses()
            .that(elsewhere)
            .and(not(named("dev.proxkiln.cli.Main")))
            .and(not(named("dev.proxkiln.ui.DevTty")))
            .should()
            .dependOnClassesThat(named("java.io.FileOutputStream"))
            .as(
                "only host and sandbox may write files; Main has its streams, DevTty the terminal"));
  }

  @Test
  void uiAloneKnowsTheTerminalLibrary() {
    holds(
        noClasses()
            .that(not(resideInAPackage(area("ui"))))
            .should()
            .dependOnClassesThat(resideInAPackage("org.jline..")));
  }

  @Test
  void flagsAloneKnowPicocli() {
    holds(
        noClasses()
            .that(not(named("dev.proxkiln.cli.command.Flags")))
            .should()
            .dependOnClassesThat(resideInAPackage("picocli..")));
  }

  /**
   * Whoever asks layers another way forgets settings that everybody has, and calls them unknown.
   */
  @Test
  void wiringAloneAsksForSettings() {
    holds(
        noClasses()
            .that(not(resideInAPackage(area("config"))))
            .and(not(named("dev.proxkiln.cli.wiring.Wiring")))
            .should()
            .callConstructorWhere(
                com.tngtech.archunit.core.domain.JavaCall.Predicates.target(
                    com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With
                        .<JavaClass>owner(named("dev.proxkiln.config.Layers$Request")))));
  }

  @Test
  void cryptographyHasItsHomes() {
    holds(
        noClasses()
            .that(
                not(
                    resideInAnyPackage(
                        "dev.proxkiln.config.vault..",
                        "dev.proxkiln.host.crypto..",
                        "dev.proxkiln.host.fetch..",
                        "dev.proxkiln.host.trust..",
                        "dev.proxkiln.sandbox.access..")))
            .should()
            .dependOnClassesThat(resideInAPackage("org.bouncycastle..")));
  }

  @Test
  void onlyMainEndsTheProcess() {
    holds(
        noClasses()
            .that(not(named("dev.proxkiln.cli.Main")))
            .should()
            .callMethod(System.class, "exit", int.class));
    holds(
        noClasses()
            .that(not(resideInAnyPackage("dev.proxkiln.cli..")))
            .should()
            .callMethod(Runtime.class, "halt", int.class));
  }

  @Test
  void packagesFormNoCycle() {
    holds(slices().matching("dev.proxkiln.(**)").should().beFreeOfCycles());
  }

  @Test
  void namesAreWholeWordsThatSayWhatAThingIs() {
    Set<String> banned = new TreeSet<>();
    for (JavaClass one : classes) {
      // User, vendor and meta data are cloud-init's own words for its files.
      if (one.getSimpleName()
          .replaceAll("(?:User|Vendor|Meta)Data", "")
          .matches(".*(Manager|Helper|Util|Utils|Impl|Data|Info|Base|Abstract)(?![a-z]).*")) {
        banned.add(one.getName());
      }
    }
    assertThat(banned).isEmpty();
  }

  @Test
  void classesAreFinal() {
    Set<String> open = new TreeSet<>();
    for (JavaClass one : classes) {
      if (!one.isInterface()
          && !one.isEnum()
          && !one.isAnonymousClass()
          && !one.getSimpleName().equals("package-info")
          && !one.getModifiers().contains(JavaModifier.FINAL)
          && !one.getModifiers().contains(JavaModifier.ABSTRACT)) {
        open.add(one.getName());
      }
    }
    assertThat(open).isEmpty();
  }

  private static DescribedPredicate<JavaClass> named(String name) {
    return DescribedPredicate.describe(
        name,
        (JavaClass one) -> one.getName().equals(name) || one.getName().startsWith(name + "$"));
  }

  private static DescribedPredicate<JavaClass> not(DescribedPredicate<JavaClass> predicate) {
    return DescribedPredicate.not(predicate);
  }
}
