package dev.proxkiln.cli;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.module.Action;
import dev.proxkiln.core.module.Query;
import dev.proxkiln.core.module.Survey;
import java.util.Optional;

/** Something that can be called by its words. */
sealed interface Command {

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
    @Override
    public String name() {
      return DefinitionCommands.DEFINE;
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
      return DefinitionCommands.schema(action.schema(facts));
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
    Own(String name, String summary, Schema schema, boolean hidden, Body body) {
      this(name, summary, schema, hidden, false, body);
    }

    /** One that may take documents. */
    Own(
        String name,
        String summary,
        Schema schema,
        boolean hidden,
        boolean takesDocuments,
        Body body) {
      this(name, summary, schema, hidden, takesDocuments, Optional.empty(), false, false, body);
    }

    /** The same with a setting that may be given several times. */
    Own withSeveral(String key) {
      return new Own(
          name, summary, schema, hidden, takesDocuments, Optional.of(key), detaches, mends, body);
    }

    /** The same, able to have its work done by a process of its own. */
    Own withDetach() {
      return new Own(name, summary, schema, hidden, takesDocuments, several, true, mends, body);
    }

    /** The same, working although a settings file is broken: it is what one mends that with. */
    Own mending() {
      return new Own(name, summary, schema, hidden, takesDocuments, several, detaches, true, body);
    }

    /** What it does. */
    @FunctionalInterface
    interface Body {
      /** Runs it and tells the exit code. */
      int run(Invocation invocation);
    }

    @Override
    public Schema schema(Facts facts) {
      return schema;
    }
  }
}
