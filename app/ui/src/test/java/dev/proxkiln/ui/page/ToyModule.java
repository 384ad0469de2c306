package dev.proxkiln.ui.page;

import dev.proxkiln.core.call.PveCall;
import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.GuestFacts;
import dev.proxkiln.core.facts.StorageFacts;
import dev.proxkiln.core.facts.TargetKind;
import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.BadValue;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Group;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.module.Action;
import dev.proxkiln.core.module.Module;
import dev.proxkiln.core.module.Query;
import dev.proxkiln.core.module.Resources;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.port.PvePort;
import dev.proxkiln.core.spec.Checked;
import dev.proxkiln.core.spec.Spec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** A module with a setting of every sort. */
final class ToyModule implements Module {
  static final Facts FACTS =
      new Facts(
          TargetKind.SANDBOX,
          "sandbox",
          "9.2.3",
          "pve1",
          List.of("pve1", "pve2", "pve3"),
          true,
          List.of(storage("local-lvm", "lvmthin", 212L << 30), storage("local", "dir", 78L << 30)),
          List.of("vmbr0", "vmbr1"),
          List.of(
              new GuestFacts(9000, "debian-12", "pve1", "qemu", true, false, List.of("proxkiln")),
              new GuestFacts(101, "web", "pve1", "qemu", false, true, List.of("prod")),
              new GuestFacts(102, "db", "pve2", "lxc", false, false, List.of())),
          List.of(),
          OptionalLong.of(103),
          true);

  private static final List<String> SYSTEMS =
      List.of("alpine-3.22", "debian-12", "debian-13", "fedora-43", "talos-1.12", "ubuntu-26.04");

  private static StorageFacts storage(String id, String type, long free) {
    return new StorageFacts(
        id,
        type,
        new TreeSet<>(List.of("images")),
        true,
        false,
        Optional.of(free),
        Optional.empty());
  }

  private static final Field<String> IMAGE =
      Field.of("image", "Image", Type.text("IMAGE", "[a-z0-9.-]+", "Give an image."), "The image.")
          .choosing(facts -> SYSTEMS.stream().map(ToyModule::image).toList())
          .mandatory()
          .at(1);

  private static Field.Choice image(String id) {
    return new Field.Choice(id, "the system " + id)
        .in("cloud-init")
        .usually(id.equals("debian-13"))
        .with(
            () -> {
              LinkedHashMap<String, String> details = new LinkedHashMap<>();
              details.put("Publisher", id.split("-")[0] + ".example");
              details.put("Needs", "2G disk, 256M memory");
              return details;
            });
  }

  private static final Field<String> URL =
      Field.of("url", "Address", Type.anyText(200), "Address of an image of your own.")
          .asAdvanced();

  private static final Field<String> NAME =
      Field.of("name", "Name", Type.dnsName(), "Name of the template.")
          .byDefault((facts, answers) -> answers.find(IMAGE));

  private static final Field<List<String>> PACKAGES =
      Field.of(
              "packages",
              "Packages",
              Type.listOf(Type.text("PACKAGE", "[a-z0-9-]+", "Give a package."), ",; "),
              "Packages that the template gets.")
          .choosing(
              facts ->
                  List.of(
                      new Field.Choice("curl", "fetches").in("Network"),
                      new Field.Choice("htop", "shows processes").in("Watching"),
                      new Field.Choice("dnsutils", "asks name servers").in("Network")));

  private static final Field<Boolean> AGENT =
      Field.of("agent", "Guest agent", Type.flag(), "Whether the agent is installed.")
          .byDefault(true);

  private static final Field<Long> CORES =
      Field.of("cores", "Cores", Type.integer(1, 512), "Processor cores.").byDefault(2L);

  private static final Field<Long> MEMORY =
      Field.of(
              "memory",
              "Memory",
              Type.size("M", 16L << 20, 1L << 40, 1L << 20),
              "Memory of clones.")
          .byDefault(2L << 30)
          .ruled(
              (size, facts, answers) ->
                  size < 256L << 20
                      ? Optional.of(
                          new BadValue(
                              "is less than the 256 MiB that the image needs",
                              "Type a size of 256M or more, for example 2G."))
                      : Optional.empty());

  private static final Field<String> STORAGE =
      Field.of("storage", "Storage", Type.anyText(40), "Storage for the disks.")
          .byDefault((facts, answers) -> facts.storages().stream().findFirst().map(s -> s.id()))
          .choosing(
              facts ->
                  facts.storages().stream().map(s -> new Field.Choice(s.id(), s.type())).toList());

  private static final Field<String> FIRMWARE =
      Field.of("firmware", "Firmware", Type.word("FIRMWARE", "bios", "uefi"), "What starts clones.")
          .byDefault("bios");

  private static final Field<Boolean> SECURE =
      Field.of("secure-boot", "Secure Boot", Type.flag(), "Whether keys are enrolled.")
          .byDefault(false)
          .onlyWhen(answers -> answers.find(FIRMWARE).orElse("").equals("uefi"))
          .asAdvanced();

  private static final Field<Long> SOCKETS =
      Field.of("sockets", "Sockets", Type.integer(1, 4), "Processor sockets.")
          .byDefault(1L)
          .asAdvanced();

  private static final Group NIC =
      new Group(
          List.of(
              Field.of("bridge", "Bridge", Type.anyText(20), "Bridge that it joins.")
                  .choosing(
                      facts -> facts.bridges().stream().map(b -> new Field.Choice(b, "")).toList())
                  .mandatory(),
              Field.of("vlan", "VLAN", Type.integer(1, 4094), "VLAN tag.")));

  private static final Field<?> NICS =
      Field.of(
          "nic", "Further interfaces", Type.listOf(NIC.type("NIC"), ""), "One more interface.");

  private static final Field<List<String>> DNS =
      Field.of("dns", "DNS servers", Type.listOf(Type.address(0), ",; "), "DNS servers of clones.");

  private static final Field<String> PASSWORD =
      Field.of("password", "Password", Type.anyText(200), "Password of the user.")
          .from(Field.Source.PASSWORD);

  private static final Field<String> USER_DATA =
      Field.of("user-data", "User data", Type.document(), "A file for cloud-init.")
          .from(Field.Source.FILE);

  static final Schema SCHEMA =
      new Schema(
          List.of(
              new Schema.Page("Image", List.of(IMAGE, URL)),
              new Schema.Page("Guest", List.of(NAME, PACKAGES, AGENT)),
              new Schema.Page(
                  "Hardware", List.of(CORES, MEMORY, STORAGE, FIRMWARE, SECURE, SOCKETS)),
              new Schema.Page("Network", List.of(NICS, DNS)),
              new Schema.Page("Access", List.of(PASSWORD, USER_DATA))));

  /** What was read. */
  record Wanted(String image) implements Spec {}

  static final Action<Wanted> CREATE =
      new Action<>() {
        @Override
        public String name() {
          return "template create";
        }

        @Override
        public String summary() {
          return "Make a template of a cloud image.";
        }

        @Override
        public Schema schema(Facts facts) {
          return SCHEMA;
        }

        @Override
        public Checked<Wanted> read(Values values, Facts facts) {
          return SCHEMA
              .read(values, facts)
              .then(answers -> new Checked.Valid<>(new Wanted(answers.get(IMAGE))));
        }

        @Override
        public Plan plan(Wanted spec, Facts facts) {
          return ToyModule.plan(spec.image());
        }
      };

  static Plan plan(String image) {
    List<Step> steps =
        IntStream.rangeClosed(1, 9)
            .<Step>mapToObj(
                i ->
                    Step.Call.read(
                        "step-" + i,
                        "Do part " + i + " of " + image,
                        PveCall.get("/version"),
                        Map.of()))
            .toList();
    return new Plan("template create", "Create template " + image, "sandbox", "pve1", steps);
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
  public void open(Resources resources) {}

  @Override
  public List<Action<?>> actions() {
    return List.of(CREATE, named("template test"), named("template delete"));
  }

  private static Action<Wanted> named(String name) {
    return new Action<>() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public String summary() {
        return "Something else with a template.";
      }

      @Override
      public Schema schema(Facts facts) {
        return SCHEMA;
      }

      @Override
      public Checked<Wanted> read(Values values, Facts facts) {
        return CREATE.read(values, facts);
      }

      @Override
      public Plan plan(Wanted spec, Facts facts) {
        return CREATE.plan(spec, facts);
      }
    };
  }

  @Override
  public List<Query> queries() {
    return List.of(query("template list"), query("guest list"), query("catalog list"));
  }

  private static Query query(String name) {
    return new Query() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public String summary() {
        return "";
      }

      @Override
      public Schema schema(Facts facts) {
        return Schema.of();
      }

      @Override
      public boolean needsTarget() {
        return false;
      }

      @Override
      public Result answer(Answers answers, Facts facts, PvePort pve) {
        return new Rows(List.of(), List.of());
      }
    };
  }
}
