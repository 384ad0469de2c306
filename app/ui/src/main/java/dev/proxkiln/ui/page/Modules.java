package dev.proxkiln.ui.page;

import dev.proxkiln.core.module.Query;
import dev.proxkiln.core.tree.Tree;
import dev.proxkiln.ui.desk.Desk;
import dev.proxkiln.ui.screen.Keys;
import dev.proxkiln.ui.screen.Next;
import dev.proxkiln.ui.screen.Page;
import java.util.List;

/** The page of the modules: what is built in, what others made, what is off or broken, and why. */
final class Modules {
  private static final String COMMAND = "module";

  private Modules() {}

  static Page page(Desk desk) {
    return new TablePage(
        "Modules",
        "modules",
        () ->
            new Query.Rows(
                List.of(
                    new Query.Column("MODULE", "id"),
                    new Query.Column("STATE", "state"),
                    new Query.Column("FROM", "from"),
                    new Query.Column("VERSION", "version"),
                    new Query.Column("TITLE", "title")),
                desk.rows(List.of(COMMAND, "list"))),
        List.of(
            TablePage.Deed.leads(Keys.ENTER, "show", row -> show(desk, Tree.text(row, "id"))),
            TablePage.Deed.does(
                Keys.TURN,
                "on or off",
                row ->
                    desk.call(
                        List.of(COMMAND, isOff(row) ? "enable" : "disable", Tree.text(row, "id")))),
            new TablePage.Deed(
                Keys.ADD, "add a plug-in", (page, _) -> Next.push(adding(desk, page))),
            TablePage.Deed.leads(
                Keys.REMOVE,
                "remove",
                row -> desk.aside(List.of(COMMAND, "remove", Tree.text(row, "id"))))));
  }

  private static boolean isOff(Object row) {
    return Tree.text(row, "state").equals("off");
  }

  private static Next show(Desk desk, String id) {
    return Next.push(
        new OnePage("Modules > " + id, () -> desk.answer(List.of(COMMAND, "info", id))));
  }

  /** A plug-in may do whatever proxkiln may: who signed it is told, and asked about, at length. */
  private static Page adding(Desk desk, TablePage page) {
    return new FilePage(
        desk,
        "Modules > Add a plug-in",
        "",
        file -> page.go(desk.aside(List.of(COMMAND, "install", "--", file))));
  }
}
