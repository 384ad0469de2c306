package dev.proxkiln.cli.self;

import dev.proxkiln.cli.command.Command;
import dev.proxkiln.cli.command.Invocation;
import dev.proxkiln.cli.outside.Outside;
import dev.proxkiln.cli.wiring.Results;
import dev.proxkiln.cli.wiring.Wiring;
import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.core.module.Query;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.host.fetch.Patience;
import dev.proxkiln.host.process.ProcessCommands;
import dev.proxkiln.host.release.Channel;
import dev.proxkiln.host.release.FolderReleases;
import dev.proxkiln.host.release.Installation;
import dev.proxkiln.host.release.ReleaseSource;
import dev.proxkiln.host.release.ReleaseUpdate;
import dev.proxkiln.host.release.ReleaseVersion;
import dev.proxkiln.host.release.Stage;
import dev.proxkiln.host.release.UpdateTimer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code self update}: a newer release, or one that is named, in the place of this one. */
final class SelfUpdate {
  private static final Field<String> RELEASE =
      Field.of(
              "release",
              "Version",
              Type.text("VERSION", "v?" + ReleaseVersion.PATTERN, "Write it as 1.4.0."),
              "The version to install; left out, the newest of the channel.")
          .at(1);
  private static final Field<Boolean> CHECK =
      Field.of("check", "Check", Type.flag(), "Only look whether there is a newer release.")
          .byDefault(false);
  private static final Field<String> FROM =
      Field.of(
          "from",
          "From",
          Type.anyText(4000),
          "Folder that holds the release: SHA256SUMS, SHA256SUMS.sig and the archive.");
  private static final Field<Boolean> DOWNGRADE =
      Field.of(
              "allow-downgrade",
              "Allow downgrade",
              Type.flag(),
              "Replace a newer version by an older one.")
          .byDefault(false);
  private static final Field<String> TIMER =
      Field.of(
          "update-timer",
          "Timer",
          Type.word("WHEN", "on", "off"),
          "Switch automatic updates on or off: a systemd timer that runs this once a day.");

  private static final Schema SCHEMA =
      Schema.of(
          RELEASE,
          CHECK,
          FROM,
          DOWNGRADE,
          TIMER,
          UpdateSettings.CHANNEL,
          UpdateSettings.URL,
          UpdateSettings.CHECK);

  private final Outside outside;
  private final Wiring wiring;
  private final Installed installed;

  SelfUpdate(Outside outside, Wiring wiring) {
    this.outside = outside;
    this.wiring = wiring;
    this.installed = new Installed(outside, wiring);
  }

  Command command() {
    return new Command.Own(
        "self update",
        "Install a newer release, and return to this one if it does not work here.",
        SCHEMA,
        false,
        this::run);
  }

  private int run(Invocation invocation) {
    Answers answers = invocation.answers();
    Optional<String> timer = answers.find(TIMER);
    if (timer.isPresent()) {
      return timer(invocation, timer.get().equals("on"));
    }
    Installation place = installed.place();
    if (answers.get(CHECK)) {
      return check(invocation, answers, place);
    }
    ReleaseUpdate.Wish wish = wish(answers);
    Map<String, Object> tree = new LinkedHashMap<>();
    if (wish.version().equals(place.version())) {
      tree.put("version", place.version().text());
      tree.put("before", place.version().text());
      tree.put("updated", false);
      return print(invocation, tree);
    }
    ReleaseUpdate update = installed.update();
    List<Stage.Planned> plan = update.plan(wish);
    if (invocation.switches().dryRun()) {
      List<Problem> obstacles = update.obstacles(wish);
      if (!obstacles.isEmpty()) {
        throw new ProblemException(obstacles);
      }
      return SelfCommands.show(outside, wiring, invocation, plan);
    }
    StageLines lines = SelfCommands.lines(outside, invocation, plan);
    try {
      SelfCommands.outcome(tree, update.update(wish, lines));
    } finally {
      lines.clear();
    }
    return print(invocation, tree);
  }

  private ReleaseUpdate.Wish wish(Answers answers) {
    Optional<ReleaseVersion> named = answers.find(RELEASE).map(ReleaseVersion::typed);
    boolean downgrade = answers.get(DOWNGRADE);
    if (answers.find(FROM).isPresent()) {
      Installed.checkKeys(installed.release());
      FolderReleases folder =
          new FolderReleases(outside.folder().resolve(answers.find(FROM).get()));
      return new ReleaseUpdate.Wish(
          folder,
          named.orElseGet(() -> folder.version(ReleaseUpdate.platform())),
          installed.release().keys(),
          downgrade);
    }
    ReleaseSource source = installed.source(answers.find(UpdateSettings.URL), Patience.USUAL);
    return new ReleaseUpdate.Wish(
        source,
        named.orElseGet(() -> newest(answers, source)),
        installed.release().keys(),
        downgrade);
  }

  private ReleaseVersion newest(Answers answers, ReleaseSource source) {
    Channel channel =
        Channel.read(source, answers.get(UpdateSettings.CHANNEL), installed.release().keys());
    new UpdateNotice(outside, wiring).keep(channel);
    return channel.version();
  }

  private int check(Invocation invocation, Answers answers, Installation place) {
    ReleaseSource source = installed.source(answers.find(UpdateSettings.URL), Patience.BRIEF);
    ReleaseVersion newest = newest(answers, source);
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("version", place.version().text());
    tree.put("channel", answers.get(UpdateSettings.CHANNEL));
    tree.put("newest", newest.text());
    tree.put("newer", newest.compareTo(place.version()) > 0);
    return print(invocation, tree);
  }

  private int timer(Invocation invocation, boolean on) {
    UpdateTimer timer = new UpdateTimer(installed.place(), new ProcessCommands());
    if (on) {
      timer.start();
    } else {
      timer.stop();
    }
    return print(invocation, Map.of("timer", on ? "on" : "off"));
  }

  private int print(Invocation invocation, Map<String, Object> tree) {
    if (!invocation.switches().quiet()) {
      new Results(outside, wiring, invocation).print(new Query.One(tree));
    }
    return 0;
  }
}
