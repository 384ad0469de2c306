package dev.proxkiln.cli.support;

import dev.proxkiln.cli.command.Command;
import dev.proxkiln.cli.command.Invocation;
import dev.proxkiln.cli.doctor.DoctorCommand;
import dev.proxkiln.cli.outside.Outside;
import dev.proxkiln.cli.wiring.Consent;
import dev.proxkiln.cli.wiring.Results;
import dev.proxkiln.cli.wiring.Wiring;
import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.core.module.Query;
import dev.proxkiln.host.file.ByteCount;
import dev.proxkiln.host.file.TarBundle;
import dev.proxkiln.ui.Table;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * {@code support-bundle}: one file with what somebody needs who shall help; it is listed first, and
 * has no secrets in it.
 */
public final class SupportCommand {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

  private static final Field<String> TO =
      Field.of(
          "to",
          "To",
          Type.anyText(4096),
          "File to write; left out, proxkiln-support-TIME.tar.gz in the current folder.");
  private static final Field<Long> RUNS =
      Field.of("runs", "Runs", Type.integer(0, 1000), "How many runs go in, the newest ones.")
          .byDefault(10L);

  private final Outside outside;
  private final Wiring wiring;

  public SupportCommand(Outside outside, Wiring wiring) {
    this.outside = outside;
    this.wiring = wiring;
  }

  /** The command. */
  public Command command() {
    return new Command.Own(
            "support-bundle",
            "Write what somebody needs who shall help into one file, without secrets.",
            Schema.of(TO, RUNS),
            false,
            this::run)
        .mending();
  }

  private int run(Invocation invocation) {
    Answers answers = invocation.answers();
    Instant now = Instant.now();
    String name = "proxkiln-support-" + STAMP.format(now);
    Path file = outside.folder().resolve(answers.find(TO).orElse(name + ".tar.gz"));
    DoctorCommand.Found found = new DoctorCommand(outside, wiring).look(invocation);
    SequencedMap<String, byte[]> files =
        new SupportFiles(outside, wiring).collect(found, answers.get(RUNS));
    boolean table = invocation.globals().output().equals("table");
    if (table) {
      list(files, invocation);
    }
    if (invocation.switches().dryRun()) {
      return 0;
    }
    Consent.to(
        outside,
        invocation.switches(),
        "This writes these " + files.size() + " files to '" + file + "'.");
    long size = TarBundle.write(file, name, files, now);
    if (table) {
      outside.err().println("Wrote '" + file + "', " + ByteCount.text(size) + ".");
    } else {
      List<Object> rows = new ArrayList<>();
      files.forEach((one, bytes) -> rows.add(Map.of("name", one, "size", bytes.length)));
      Map<String, Object> tree = new LinkedHashMap<>();
      tree.put("file", file.toString());
      tree.put("size", size);
      tree.put("files", rows);
      new Results(outside, wiring, invocation).print(new Query.One(tree));
    }
    return 0;
  }

  private void list(SequencedMap<String, byte[]> files, Invocation invocation) {
    Table table = new Table(List.of("FILE", "SIZE"));
    files.forEach((name, bytes) -> table.row(List.of(name, ByteCount.text(bytes.length))));
    outside.out().print(table.text(outside.outLook().apply(invocation.globals().color())));
    outside.out().flush();
  }
}
