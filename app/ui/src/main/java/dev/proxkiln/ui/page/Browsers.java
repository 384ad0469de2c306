package dev.proxkiln.ui.page;

import dev.proxkiln.core.field.Origin;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.module.Query;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.plan.PlanText;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.tree.Tree;
import dev.proxkiln.ui.desk.Desk;
import dev.proxkiln.ui.desk.QueueDesk;
import dev.proxkiln.ui.screen.Ink;
import dev.proxkiln.ui.screen.Keys;
import dev.proxkiln.ui.screen.Next;
import dev.proxkiln.ui.screen.Page;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The pages that show what there is, and what can be done with it. */
final class Browsers {
  private static final Origin TYPED = new Origin(Origin.Kind.TYPED, "");

  private Browsers() {}

  private static Query.Rows rows(Desk desk, String query) {
    return (Query.Rows) desk.ask(query, Map.of());
  }

  static Page templates(Desk desk) {
    return templates(desk, "Templates here", "check");
  }

  /** Templates with what their configuration tells, or their publishers, too. */
  private static Page templates(Desk desk, String trail, String flag) {
    List<TablePage.Deed> deeds = new ArrayList<>();
    deeds.add(
        TablePage.Deed.leads(
            Keys.ENTER,
            "show",
            row -> show(desk, "template show", "template", Tree.text(row, "vmid"))));
    deeds.add(command(desk, Keys.TEST, "test", "template test", "template", "vmid"));
    deeds.add(command(desk, Keys.REMOVE, "delete", "template delete", "template", "vmid"));
    if (flag.equals("check")) {
      deeds.add(
          TablePage.Deed.leads(
              Keys.UPSTREAM,
              "newer?",
              row -> Next.push(templates(desk, trail + " > Upstream", "upstream"))));
    }
    return new TablePage(
            trail,
            "templates",
            () -> (Query.Rows) desk.ask("template list", Map.of(flag, "true")),
            deeds)
        .otherwise("The first row of the menu makes one.");
  }

  private static TablePage.Deed command(
      Desk desk, Keys keys, String label, String command, String setting, String path) {
    return TablePage.Deed.leads(
        keys,
        label,
        row ->
            Next.push(
                new WizardPage(
                    desk, command, Values.of(Map.of(setting, Tree.text(row, path)), TYPED))));
  }

  private static Next show(Desk desk, String query, String setting, String value) {
    return Next.push(
        new OnePage(
            query.substring(0, 1).toUpperCase(java.util.Locale.ROOT)
                + query.substring(1)
                + " > "
                + value,
            () -> desk.ask(query, Map.of(setting, value))));
  }

  static Page catalogue(Desk desk) {
    return new TablePage(
        "Image catalogue",
        "images",
        () -> rows(desk, "catalog list"),
        List.of(
            TablePage.Deed.leads(
                Keys.ENTER,
                "show",
                row -> show(desk, "catalog show", "image", Tree.text(row, "id"))),
            command(desk, Keys.CREATE, "make a template", "template create", "image", "id"),
            TablePage.Deed.leads(
                Keys.UPSTREAM,
                "ask the publisher",
                row -> Next.push(publisher(desk, Tree.text(row, "id"))))));
  }

  /** Whether what the catalogue says of an image still holds. */
  private static Page publisher(Desk desk, String image) {
    return new TablePage(
        "Image catalogue > " + image + " > Publisher",
        "files",
        () -> (Query.Rows) desk.ask("catalog check", Map.of("image", image)),
        List.of());
  }

  /** Guests that are no templates. */
  static Page guests(Desk desk) {
    return new TablePage(
            "Guests",
            "guests",
            () -> rows(desk, "guest list"),
            List.of(
                TablePage.Deed.leads(
                    Keys.ENTER,
                    "show",
                    row -> show(desk, "guest show", "guest", Tree.text(row, "vmid")))))
        .otherwise("Templates have a page of their own.");
  }

  static Page queue(Desk desk) {
    QueueDesk queue = desk.queue();
    return new TablePage(
            "Queue",
            "entries",
            queue::rows,
            List.of(
                TablePage.Deed.leads(
                    Keys.ENTER,
                    "show",
                    row ->
                        Tree.text(row, "run").isEmpty()
                            ? Next.stay()
                            : desk.openRun(Tree.text(row, "run"))),
                TablePage.Deed.leads(Keys.START, "run all", row -> Next.push(runs(queue))),
                TablePage.Deed.does(Keys.RETRY, "retry", row -> queue.retry(Tree.text(row, "id"))),
                TablePage.Deed.leads(Keys.REMOVE, "remove", row -> Next.push(removal(queue, row)))))
        .otherwise("What waits to be made stands here; see: proxkiln queue add --help")
        .alive();
  }

  private static Page runs(QueueDesk queue) {
    return new AgreePage(
        "Queue > Run",
        new AgreePage.Wish(
            "This will run, side by side. Nothing has been changed yet.",
            "run",
            "Nothing waits in the queue."),
        () -> queue.due().stream().flatMap(due -> lines(due).stream()).toList(),
        queue::run);
  }

  private static List<AgreePage.Line> lines(QueueDesk.Due due) {
    List<AgreePage.Line> lines = new ArrayList<>();
    lines.add(new AgreePage.Line(Ink.HEADING, due.label()));
    int number = 1;
    for (Step step : due.plan().map(Plan::steps).orElse(List.of())) {
      String text = String.format("%4d  %-9s %s", number++, PlanText.kind(step), step.label());
      lines.add(new AgreePage.Line(Ink.PLAIN, text));
    }
    for (Problem problem : due.problems()) {
      lines.add(new AgreePage.Line(Ink.ERROR, "  \u2717 " + problem.what()));
      lines.add(new AgreePage.Line(Ink.DIM, "    " + problem.next()));
    }
    return lines;
  }

  private static Page removal(QueueDesk queue, Object row) {
    String id = Tree.text(row, "id");
    return new AgreePage(
        "Queue > Remove",
        new AgreePage.Wish("This entry and its settings will be removed.", "remove", ""),
        () ->
            List.of(
                new AgreePage.Line(
                    Ink.PLAIN,
                    id + "  " + Tree.text(row, "command") + " " + Tree.text(row, "name"))),
        () -> queue.remove(id));
  }

  static Page runs(Desk desk) {
    return new TablePage(
        "Runs",
        "runs",
        desk::runs,
        List.of(
            TablePage.Deed.leads(Keys.ENTER, "show", row -> desk.openRun(Tree.text(row, "id")))));
  }

  /** What is not well, on this machine and on the target. */
  static Page doctor(Desk desk) {
    return new TablePage(
        "Doctor",
        "findings",
        () ->
            new Query.Rows(
                List.of(
                    new Query.Column("ABOUT", "about"),
                    new Query.Column("STATE", "state"),
                    new Query.Column("FINDING", "finding"),
                    new Query.Column("MEND", "mend")),
                // On a page, what matters most is what one sees first.
                desk.rows(List.of("doctor")).reversed()),
        List.of(
            TablePage.Deed.leads(
                Keys.ENTER,
                "show",
                row -> Next.push(new TextPage("Doctor > " + Tree.text(row, "about"), told(row)))),
            TablePage.Deed.leads(
                Keys.FIX, "fix what is safe", row -> desk.aside(List.of("doctor", "--fix")))));
  }

  private static String told(Object row) {
    List<String> lines = new ArrayList<>(List.of(Tree.text(row, "finding")));
    lines.add(Tree.text(row, "why"));
    if (!Tree.text(row, "mend").isEmpty()) {
      lines.addAll(List.of("", "What mends it: " + Tree.text(row, "mend")));
    }
    return String.join("\n", lines);
  }

  /** Settings with where they come from; those of the user's own file can be changed here. */
  static Page settings(Desk desk) {
    return new TablePage(
        "Settings",
        "settings",
        () ->
            new Query.Rows(
                List.of(
                    new Query.Column("SETTING", "setting"),
                    new Query.Column("VALUE", "value"),
                    new Query.Column("FROM", "origin"),
                    new Query.Column("DEFAULT", "default")),
                // Asked for as data, it tells of a form of output that nobody has set.
                desk.rows(List.of("config", "list")).stream()
                    .filter(row -> !Tree.text(row, "origin").equals("--output"))
                    .toList()),
        List.of(
            new TablePage.Deed(
                Keys.ENTER, "change", (page, row) -> Next.push(change(desk, page, row))),
            TablePage.Deed.does(
                Keys.RESET,
                "default",
                row -> desk.call(List.of("config", "unset", Tree.text(row, "setting"))))));
  }

  private static Page change(Desk desk, TablePage page, Object row) {
    String setting = Tree.text(row, "setting");
    return new AskPage(
        "Settings > " + setting,
        setting,
        "The new value goes into your settings file; Esc leaves it as it is.",
        Tree.text(row, "value"),
        value -> {
          page.work(() -> desk.call(List.of("config", "set", setting, "--", value.strip())));
          return Optional.empty();
        });
  }
}
