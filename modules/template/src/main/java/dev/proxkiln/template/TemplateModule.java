package dev.proxkiln.template;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.module.Action;
import dev.proxkiln.core.module.Advice;
import dev.proxkiln.core.module.Finding;
import dev.proxkiln.core.module.Module;
import dev.proxkiln.core.module.Query;
import dev.proxkiln.core.module.Resources;
import dev.proxkiln.core.module.Surroundings;
import dev.proxkiln.core.module.Survey;
import dev.proxkiln.core.port.Publishers;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.template.boottest.TemplateTest;
import dev.proxkiln.template.carry.TemplateExport;
import dev.proxkiln.template.carry.TemplateImport;
import dev.proxkiln.template.catalogue.Catalogue;
import dev.proxkiln.template.catalogue.CatalogueList;
import dev.proxkiln.template.catalogue.CatalogueSearch;
import dev.proxkiln.template.catalogue.CatalogueShow;
import dev.proxkiln.template.cloudinit.Schemas;
import dev.proxkiln.template.copies.TemplatePublish;
import dev.proxkiln.template.create.Library;
import dev.proxkiln.template.create.TemplateCreate;
import dev.proxkiln.template.create.TemplateInstall;
import dev.proxkiln.template.existing.TemplateDelete;
import dev.proxkiln.template.existing.TemplateList;
import dev.proxkiln.template.existing.TemplateShow;
import dev.proxkiln.template.guests.GuestList;
import dev.proxkiln.template.guests.GuestShow;
import dev.proxkiln.template.install.TemplateFinish;
import dev.proxkiln.template.packages.PackageList;
import dev.proxkiln.template.packages.PackagePresets;
import dev.proxkiln.template.packages.PackageSets;
import dev.proxkiln.template.packages.PackageShow;
import dev.proxkiln.template.preflight.TemplatePreflight;
import dev.proxkiln.template.problem.TemplateSlug;
import dev.proxkiln.template.provision.TemplateProvision;
import dev.proxkiln.template.rotation.TemplateRefresh;
import dev.proxkiln.template.rotation.TemplateRollback;
import dev.proxkiln.template.rotation.TemplateVersions;
import dev.proxkiln.template.tidy.TemplateTidy;
import dev.proxkiln.template.upstream.CatalogueCheck;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** VM templates made of cloud images. */
public final class TemplateModule implements Module {

  private final List<Action<?>> actions;
  private final List<Query> queries;
  private final List<Survey> surveys;
  private @Nullable Catalogue catalogue;
  private @Nullable PackageSets packages;
  private @Nullable Schemas schemas;
  private Supplier<Publishers> publishers =
      () -> {
        throw new IllegalStateException("connect() was not called");
      };

  /** For {@link java.util.ServiceLoader}. */
  public TemplateModule() {
    this(LocalDate::now, version());
  }

  /** With another calendar and another version, for tests. */
  TemplateModule(Supplier<LocalDate> today, String version) {
    Library library = new Library(this::catalogue, this::packages, this::schemas, today);
    TemplateCreate create = new TemplateCreate(library, version);
    actions =
        List.of(
            create,
            new TemplateInstall(library, version),
            new TemplateFinish(),
            new TemplateTest(this::catalogue),
            new TemplateDelete(),
            new TemplateRollback());
    queries =
        List.of(
            new CatalogueList(this::catalogue, today),
            new CatalogueSearch(this::catalogue, today),
            new CatalogueShow(this::catalogue, today),
            new CatalogueCheck(this::catalogue, today, () -> publishers.get()),
            new TemplateList(this::catalogue, () -> publishers.get()),
            new TemplateShow(),
            new TemplateVersions(),
            new GuestList(),
            new GuestShow(),
            new PackageList(this::packages),
            new PackageShow(this::packages),
            new PackagePresets(this::packages));
    surveys =
        List.of(
            new TemplatePreflight(this::catalogue),
            new TemplatePublish(),
            new TemplateRefresh(create, this::catalogue, today),
            new TemplateProvision(this::catalogue, today, version),
            new TemplateTidy(today),
            new TemplateExport(),
            new TemplateImport());
  }

  private static String version() {
    Properties properties = new Properties();
    try (InputStream in = TemplateModule.class.getResourceAsStream("version.properties")) {
      if (in != null) {
        properties.load(in);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("version", "unknown");
  }

  private Catalogue catalogue() {
    if (catalogue == null) {
      throw new IllegalStateException("open() was not called");
    }
    return catalogue;
  }

  private Schemas schemas() {
    if (schemas == null) {
      throw new IllegalStateException("open() was not called");
    }
    return schemas;
  }

  private PackageSets packages() {
    if (packages == null) {
      throw new IllegalStateException("open() was not called");
    }
    return packages;
  }

  @Override
  public String id() {
    return "template";
  }

  @Override
  public String title() {
    return "VM templates";
  }

  @Override
  public void open(Resources resources) {
    catalogue = new Catalogue(resources);
    packages = new PackageSets(resources);
    schemas = new Schemas(resources::read);
  }

  @Override
  public List<Problem> faults(Resources resources) {
    try {
      return new Catalogue(resources).images().isEmpty()
          ? List.of(TemplateSlug.CATALOGUE_UNREADABLE.problem("", "It has no images.", "", ""))
          : List.of();
    } catch (ProblemException e) {
      return e.problems();
    }
  }

  @Override
  public void connect(Supplier<Publishers> web) {
    publishers = web;
  }

  @Override
  public List<Action<?>> actions() {
    return actions;
  }

  @Override
  public List<Query> queries() {
    return queries;
  }

  @Override
  public List<Survey> surveys() {
    return surveys;
  }

  @Override
  public List<Finding> findings(Facts facts, Surroundings around) {
    return new TemplatePreflight(this::catalogue).findings(facts, around);
  }

  @Override
  public List<Advice> advice(String announced, Map<String, String> facts) {
    if (announced.equals("TemplateRemoved")) {
      return List.of(
          new Advice("Remove cloud-init snippets that no guest uses", "proxkiln template tidy"));
    }
    String name = facts.getOrDefault("name", "");
    String vmid = facts.getOrDefault("vmid", "");
    boolean made = announced.equals("TemplateCreated") || announced.equals("TemplateImported");
    if (!made || name.isEmpty() || vmid.isEmpty()) {
      return List.of();
    }
    return List.of(
        new Advice("Boot a clone and test it", "proxkiln template test " + name),
        new Advice("Make a VM of it", "qm clone " + vmid + " NEW-VMID --name NEW-NAME"),
        new Advice("Look at it", "proxkiln template show " + name));
  }
}
