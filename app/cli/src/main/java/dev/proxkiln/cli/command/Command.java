package dev.proxkiln.cli.command;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.core.module.Action;
import dev.proxkiln.core.module.Query;
import dev.proxkiln.core.module.Survey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Something that can be called by its words. */
public sealed interface Command {

  /** The words, for example {@code template create}. */
  String name();

  /** One sentence. */
  String summary();

  /** Its settings. */
  Schema schema(Facts facts);

  /** The setting that may be given several times, see {@link Action#several}. */
  default Optional<String> several() {
    return Optional.empty();
  }

  /** The words of the command that a spec file for this one is written for. */
  default String specFor() {
    return name();
  }

  /** Whether it can say what it would do, and so has a plan. */
  default boolean plans() {
    return false;
  }

  /** Whether files given with {@code -f} hold documents for it, not its own settings. */
  default boolean takesDocuments() {
    return false;
  }

  /** Whether what it starts can be worked on by a process of its own. */
  default boolean detaches() {
    return false;
  }

  /** Whether it works although a settings file is broken. */
  default boolean mends() {
    return false;
  }

  /** Whether help and completion leave it out. */
  default boolean hidden() {
    return false;
  }

  /** An action of a module: planned, agreed to, run. */
  record Acts(Action<?> action) implements Command {
    @Override
    public boolean plans() {
      return true;
    }

    @Override
    public boolean detaches() {
      return true;
    }

    @Override
    public String name() {
      return action.name();
    }

    @Override
    public String summary() {
      return action.summary();
    }

    @Override
    public Schema schema(Facts facts) {
      return action.schema(facts);
    }

    @Override
    public Optional<String> several() {
      return action.several();
    }
  }

  /** A query of a module. */
  record Asks(Query query) implements Command {
    @Override
    public String name() {
      return query.name();
    }

    @Override
    public String summary() {
      return query.summary();
    }

    @Override
    public Schema schema(Facts facts) {
      return query.schema(facts);
    }

    @Override
    public Optional<String> several() {
      return query.several();
    }
  }

  /** A survey of a module: looks, then its plans are agreed to and run. */
  record Surveys(Survey survey) implements Command {
    @Override
    public boolean plans() {
      return true;
    }

    @Override
    public String name() {
      return survey.name();
    }

    @Override
    public String summary() {
      return survey.summary();
    }

    @Override
    public Schema schema(Facts facts) {
      return survey.schema(facts);
    }
  }

  /** Keeps the settings of an action under a name. */
  record Defines(Action<?> action) implements Command {
    /** The name that the settings are kept under. */
    public static final Field<String> DEFINITION =
        Field.of(
                "definition",
                "Definition",
                Type.text(
                    "NAME",
                    "[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?",
                    "Use lower-case letters, digits and dashes, at most 40."),
                "Name of the definition, which its templates get too.")
            .at(1);

    @Override
    public String name() {
      return "template define";
    }

    @Override
    public String summary() {
      return "Keep the settings of a template under a name, for template refresh.";
    }

    @Override
    public String specFor() {
      return action.name();
    }

    @Override
    public Schema schema(Facts facts) {
      return behind(action.schema(facts));
    }

    /** The settings of an action behind a name: its own words come one place later. */
    private static Schema behind(Schema action) {
      List<Schema.Page> pages = new ArrayList<>();
      pages.add(new Schema.Page("Definition", List.of(DEFINITION.mandatory())));
      for (Schema.Page page : action.pages()) {
        pages.add(
            new Schema.Page(
                page.title(), page.fields().stream().<Field<?>>map(Defines::later).toList()));
      }
      return new Schema(pages);
    }

    private static <T> Field<T> later(Field<T> field) {
      return field.position() == 0 ? field : field.at(field.position() + 1);
    }
  }

  /** A command of proxkiln itself. */
  record Own(
      String name,
      String summary,
      Schema schema,
      boolean hidden,
      boolean takesDocuments,
      Optional<String> several,
      boolean detaches,
      boolean mends,
      Body body)
      implements Command {
    /** One whose files hold its own settings. */
    public Own(String name, String summary, Schema schema, boolean hidden, Body body) {
      this(name, summary, schema, hidden, false, body);
    }

    /** One that may take documents. */
    public Own(
        String name,
        String summary,
        Schema schema,
        boolean hidden,
        boolean takesDocuments,
        Body body) {
      this(name, summary, schema, hidden, takesDocuments, Optional.empty(), false, false, body);
    }

    /** The same with a setting that may be given several times. */
    public Own withSeveral(String key) {
      return new Own(
          name, summary, schema, hidden, takesDocuments, Optional.of(key), detaches, mends, body);
    }

    /** The same, able to have its work done by a process of its own. */
    public Own withDetach() {
      return new Own(name, summary, schema, hidden, takesDocuments, several, true, mends, body);
    }

    /** The same, working although a settings file is broken: it is what one mends that with. */
    public Own mending() {
      return new Own(name, summary, schema, hidden, takesDocuments, several, detaches, true, body);
    }

    /** What it does. */
    @FunctionalInterface
    public interface Body {
      /** Runs it and tells the exit code. */
      int run(Invocation invocation);
    }

    @Override
    public Schema schema(Facts facts) {
      return schema;
    }
  }
}
