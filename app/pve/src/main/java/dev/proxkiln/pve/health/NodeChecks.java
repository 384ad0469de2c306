package dev.proxkiln.pve.health;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.TargetKind;
import dev.proxkiln.core.module.Finding;
import dev.proxkiln.core.port.PvePort;
import dev.proxkiln.core.port.ResolvedCall;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.core.tree.Tree;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a node says when it is asked about itself (pve-manager: PVE/API2/Nodes.pm, Certificates.pm,
 * APT.pm).
 */
public final class NodeChecks {
  /**
   * Tickets are refused when they come from a time too far off; a difference of minutes also spoils
   * two-factor logins and the order of logs.
   */
  private static final Duration SKEW_THAT_SHOWS = Duration.ofSeconds(10);

  private static final Duration SKEW_THAT_HURTS = Duration.ofMinutes(4);

  /** The node renews its own certificate two weeks before its end: later than that it did not. */
  private static final Duration SOON = Duration.ofDays(13);

  private final Facts facts;
  private final PvePort pve;
  private final InstantSource clock;

  /** Checks of the node that the facts are of. */
  public NodeChecks(Facts facts, PvePort pve, InstantSource clock) {
    this.facts = facts;
    this.pve = pve;
    this.clock = clock;
  }

  /** The node's clock against that of this machine. */
  public List<Finding> time() {
    return asked("time", () -> List.of(skew()));
  }

  private Finding skew() {
    Instant before = clock.instant();
    long seconds = Tree.number(get("/time"), "time").orElse(0L);
    Instant after = clock.instant();
    Instant node = Instant.ofEpochSecond(seconds);
    // It answers in whole seconds, at some moment between the question and the answer.
    Duration early = Duration.between(node.plusSeconds(1), before);
    Duration late = Duration.between(after, node);
    Duration off = early.compareTo(late) > 0 ? early : late;
    if (off.compareTo(SKEW_THAT_SHOWS) < 0) {
      return Finding.ok("time", "Its clock agrees with the one of this machine.");
    }
    String what = "Its clock differs from the one of this machine by " + off.toSeconds() + " s.";
    String mend = "chronyc tracking; chronyc makestep";
    return (off.compareTo(SKEW_THAT_HURTS) < 0
            ? Finding.warning("time", what, mend)
            : Finding.bad("time", what, mend))
        .because("One of both clocks is wrong; logins and certificates depend on them.");
  }

  /** The node's certificates: how long they are valid, and their fingerprints. */
  public List<Finding> certificates() {
    return asked(
        "certificates",
        () ->
            Tree.list(get("/certificates/info"), "").stream()
                .filter(one -> Tree.number(one, "notafter").isPresent())
                .map(this::certificate)
                .toList());
  }

  private Finding certificate(Object one) {
    String file = Tree.text(one, "filename");
    String about = "certificate " + file;
    Instant end = Instant.ofEpochSecond(Tree.number(one, "notafter").orElseThrow());
    LocalDate day = end.atZone(ZoneOffset.UTC).toLocalDate();
    String renew =
        switch (file) {
          case "pveproxy-ssl.pem" -> "pvenode acme cert order --force";
          case "pve-root-ca.pem" -> "pvecm updatecerts --force --unmerge-known-hosts";
          default -> "pvecm updatecerts --force && systemctl restart pveproxy";
        };
    Duration left = Duration.between(clock.instant(), end);
    if (left.isNegative()) {
      return Finding.bad(about, "It has been invalid since " + day + ".", renew)
          .because("Whoever checks it refuses to connect.");
    }
    String what = "It is valid until " + day + ", SHA-256 " + Tree.text(one, "fingerprint") + ".";
    return left.compareTo(SOON) < 0
        ? Finding.warning(about, what, renew).because("It ought to have been renewed by now.")
        : Finding.ok(about, what);
  }

  /** Whether the node gets updates. The sandbox has no packages. */
  public List<Finding> repositories() {
    return facts.target() == TargetKind.SANDBOX
        ? List.of()
        : asked("repositories", this::repositoriesAsked);
  }

  private List<Finding> repositoriesAsked() {
    Object answer = get("/apt/repositories");
    List<Finding> findings = new ArrayList<>();
    for (Object error : Tree.list(answer, "errors")) {
      findings.add(
          Finding.bad(
              "repositories",
              "'" + Tree.text(error, "path") + "' cannot be read: " + Tree.text(error, "error"),
              "apt-get update"));
    }
    for (Object note : Tree.list(answer, "infos")) {
      if (Tree.text(note, "kind").equals("warning")) {
        findings.add(
            Finding.warning(
                "repositories",
                Tree.text(note, "path") + ": " + Tree.text(note, "message"),
                "apt-get update"));
      }
    }
    List<String> enabled =
        Tree.list(answer, "standard-repos").stream()
            .filter(repository -> Tree.flag(repository, "status"))
            .map(repository -> Tree.text(repository, "handle"))
            .toList();
    String free = "pvesh set /nodes/" + facts.node() + "/apt/repositories --handle no-subscription";
    if (enabled.contains("enterprise") && !isSubscribed()) {
      findings.add(
          Finding.warning(
                  "repositories",
                  "The enterprise repository is on, and the node has no active subscription.",
                  free)
              .because("apt-get update fails with 401; switch the enterprise one off as well."));
    } else if (enabled.stream().noneMatch(List.of("enterprise", "no-subscription")::contains)) {
      findings.add(
          Finding.warning("repositories", "The node gets no updates of Proxmox VE.", free));
    }
    return findings.isEmpty()
        ? List.of(Finding.ok("repositories", String.join(", ", enabled) + "."))
        : findings;
  }

  private boolean isSubscribed() {
    return Tree.text(get("/subscription"), "status").equals("active");
  }

  private @Nullable Object get(String path) {
    return pve.send(ResolvedCall.get("/nodes/" + facts.node() + path)).value();
  }

  private static List<Finding> asked(String about, Supplier<List<Finding>> question) {
    try {
      return question.get();
    } catch (ProblemException e) {
      return List.of(Finding.of(about, Finding.State.WARNING, e.first()));
    }
  }

  /** Everything that the facts say without a further question. */
  public List<Finding> stated() {
    List<Finding> findings = new ArrayList<>();
    findings.add(NodeHealth.release(facts));
    findings.add(NodeHealth.quorum(facts));
    findings.addAll(NodeHealth.storages(facts));
    return findings;
  }
}
