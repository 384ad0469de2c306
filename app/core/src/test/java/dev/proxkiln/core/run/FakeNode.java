package dev.proxkiln.core.run;

import dev.proxkiln.core.call.Verb;
import dev.proxkiln.core.plan.Fetch;
import dev.proxkiln.core.port.Commands;
import dev.proxkiln.core.port.Consoles;
import dev.proxkiln.core.port.Downloads;
import dev.proxkiln.core.port.NodeFiles;
import dev.proxkiln.core.port.Ports;
import dev.proxkiln.core.port.PvePort;
import dev.proxkiln.core.port.ResolvedCall;
import dev.proxkiln.core.port.Time;
import dev.proxkiln.core.problem.Kind;
import dev.proxkiln.core.problem.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/** A node of a few maps: guests with tags, a next ID that is only looked up, files, tasks. */
final class FakeNode implements PvePort, NodeFiles, Downloads, Commands, Time {
  final Map<String, Map<String, Object>> guests = new TreeMap<>();
  final Map<String, String> files = new TreeMap<>();
  final List<String> commands = new ArrayList<>();
  final List<String> sent = new ArrayList<>();

  /** Set to make the next create find its ID taken by somebody else. */
  Optional<String> thief = Optional.empty();

  String taskEnd = "OK";
  int asks;
  Instant now = Instant.parse("2026-11-20T12:00:00Z");

  Ports ports() {
    return new Ports(this, this, this, this, Consoles.NONE, name -> "s3cret-" + name, this);
  }

  private static Problem problem(String slug, Kind kind, String what) {
    return new Problem(slug, kind, "", what, "", "");
  }

  @Override
  public Answer send(ResolvedCall call) {
    if (!call.verb().reads()) {
      sent.add(call.verb() + " " + call.path());
    }
    String[] path = call.path().split("/");
    if (call.path().equals("/cluster/nextid")) {
      int id = 100;
      while (guests.containsKey(Integer.toString(id))) {
        id++;
      }
      return new Answer(Integer.toString(id), Optional.empty());
    }
    if (call.path().endsWith("/ready")) {
      return new Answer(Map.of("asks", ++asks), Optional.empty());
    }
    if (call.verb() == Verb.POST && call.path().equals("/nodes/pve/qemu")) {
      String id = call.params().get("vmid").getFirst();
      thief.ifPresent(t -> guests.putIfAbsent(id, new LinkedHashMap<>(Map.of("tags", t))));
      thief = Optional.empty();
      if (guests.containsKey(id)) {
        throw problem("vmid-taken", Kind.INPUT, "VM " + id + " already exists").raise();
      }
      if (taskEnd.startsWith("OK") || taskEnd.startsWith("WARN")) {
        Map<String, Object> config = new LinkedHashMap<>();
        call.params().forEach((k, v) -> config.put(k, v.getFirst()));
        guests.put(id, config);
      }
      return new Answer("UPID:x", Optional.of("UPID:x"));
    }
    Map<String, Object> guest = guests.get(path[4]);
    if (guest == null) {
      throw problem("guest-missing", Kind.WORK, "no guest " + path[4]).raise();
    }
    switch (call.verb()) {
      case GET -> {
        return new Answer(guest, Optional.empty());
      }
      case DELETE -> guests.remove(path[4]);
      case POST, PUT -> {
        if (path.length > 5 && path[5].equals("template")) {
          guest.put("template", 1);
        }
        call.params().forEach((k, v) -> guest.put(k, v.getFirst()));
      }
    }
    return new Answer(null, Optional.empty());
  }

  @Override
  public TaskEnd await(String upid, TaskWatch watch) {
    watch.line("TASK " + taskEnd);
    if (taskEnd.startsWith("WARN")) {
      return new TaskEnd(1, taskEnd);
    }
    if (!taskEnd.equals("OK")) {
      throw problem("task-failed", Kind.WORK, taskEnd).raise();
    }
    return new TaskEnd(0, "OK");
  }

  @Override
  public void settle(String node, long vmid) {}

  @Override
  public void write(String path, String content, int mode) {
    files.put(path, content);
  }

  @Override
  public boolean exists(String path) {
    return files.containsKey(path);
  }

  @Override
  public void delete(String path) {
    files.remove(path);
  }

  @Override
  public String folder() {
    return "/cache";
  }

  @Override
  public Map<String, String> fetch(Fetch fetch, Watch watch) {
    watch.progress(5, 10);
    return Map.of("path", "/cache/x.qcow2", "digest", "sha256:abc");
  }

  @Override
  public String stated(Fetch fetch, Watch watch) {
    return "sha256:" + "0".repeat(64);
  }

  @Override
  public void dropPartial(Fetch fetch) {}

  @Override
  public Ended run(Command command, Consumer<String> line) {
    line.accept("ran " + command.argv());
    commands.add(String.join(" ", command.argv()));
    String out =
        command.argv().getFirst().equals("echo")
            ? String.join(" ", command.argv().subList(1, command.argv().size()))
            : "out";
    return command.argv().getFirst().equals("fails")
        ? new Ended(3, command.argv().getLast() + "\n", "last words")
        : new Ended(command.argv().contains("false") ? 3 : 0, out + "\n", "");
  }

  @Override
  public Instant now() {
    return now;
  }

  @Override
  public void sleep(Duration duration) {
    now = now.plus(duration);
  }
}
