package dev.proxkiln.sandbox.api;

import dev.proxkiln.sandbox.access.Access;
import dev.proxkiln.sandbox.guest.Parts;
import dev.proxkiln.sandbox.refusal.Refusal;
import dev.proxkiln.sandbox.task.Task;
import dev.proxkiln.sandbox.task.Tasks;
import dev.proxkiln.sandbox.task.Upid;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Tasks of the node: lists, states, logs (source: pve-manager API2/Tasks.pm). */
final class TaskCalls {
  private final Parts parts;
  private final Tasks tasks;
  private final Access access;

  TaskCalls(Parts parts) {
    this.parts = parts;
    this.tasks = parts.tasks();
    this.access = parts.access();
  }

  void register(Routes routes) {
    routes.on("GET", "/nodes/{node}/tasks", this::list);
    routes.on("GET", "/cluster/tasks", this::recent);
    routes.on("GET", "/nodes/{node}/tasks/{upid}/status", this::status);
    routes.on("GET", "/nodes/{node}/tasks/{upid}/log", this::log);
    routes.on("DELETE", "/nodes/{node}/tasks/{upid}", this::stop);
  }

  private Object list(Call call) {
    String source = call.text("source").orElse("archive");
    long start = call.number("start", 0);
    long limit = call.number("limit", 50);
    boolean auditor = access.has(call.caller(), "/nodes/" + call.node(), List.of("Sys.Audit"));
    List<Object> rows = new ArrayList<>();
    long seen = 0;
    for (Task task : tasks.list()) {
      boolean right =
          switch (source) {
            case "active" -> task.running();
            case "all" -> true;
            default -> !task.running();
          };
      if (right && (auditor || mine(call, task)) && wanted(call, task)) {
        if (seen++ >= start && rows.size() < limit) {
          rows.add(row(task));
        }
      }
    }
    return rows;
  }

  private static boolean wanted(Call call, Task task) {
    Upid upid = task.upid();
    String status = task.status().orElse("");
    String kind =
        status.equals("OK") ? "ok" : status.startsWith("WARNINGS: ") ? "warning" : "error";
    boolean errorsOnly = call.flag("errors", false);
    return call.text("vmid").map(upid.id()::equals).orElse(true)
        && call.text("typefilter").map(upid.type()::equals).orElse(true)
        && call.text("userfilter").map(f -> upid.user().contains(f)).orElse(true)
        && upid.starttime() >= call.number("since", 0)
        && upid.starttime() <= call.number("until", Long.MAX_VALUE)
        && (!errorsOnly || !kind.equals("ok"))
        && call.text("statusfilter")
            .map(f -> f.toLowerCase(Locale.ROOT).contains(kind))
            .orElse(true);
  }

  private Object recent(Call call) {
    List<Object> rows = new ArrayList<>();
    List<Task> all =
        parts.cluster().all().stream()
            .flatMap(node -> node.tasks().list().stream())
            .sorted(
                Comparator.comparingLong((Task task) -> task.upid().starttime())
                    .thenComparingLong(task -> task.upid().pstart())
                    .reversed())
            .toList();
    for (Task task : all) {
      boolean auditor =
          access.has(call.caller(), "/nodes/" + task.upid().node(), List.of("Sys.Audit"));
      if ((auditor || mine(call, task)) && rows.size() < 25) {
        Map<String, Object> row = row(task);
        row.remove("pid");
        row.put("saved", task.running() ? "0" : "1");
        rows.add(row);
      }
    }
    return rows;
  }

  private static boolean mine(Call call, Task task) {
    String caller = call.caller().id();
    String owner = task.upid().user();
    return owner.equals(caller) || owner.startsWith(caller + "!");
  }

  private static Map<String, Object> row(Task task) {
    Upid upid = task.upid();
    Map<String, Object> row = new TreeMap<>();
    row.put("upid", upid.toString());
    row.put("node", upid.node());
    row.put("pid", upid.pid());
    row.put("pstart", upid.pstart());
    row.put("starttime", upid.starttime());
    row.put("type", upid.type());
    row.put("id", upid.id());
    int mark = upid.user().indexOf('!');
    row.put("user", mark < 0 ? upid.user() : upid.user().substring(0, mark));
    if (mark >= 0) {
      row.put("tokenid", upid.user().substring(mark + 1));
    }
    if (task.running()) {
      row.put("status", "RUNNING");
    } else {
      row.put("endtime", task.endtime());
      row.put("status", task.status().orElse(""));
    }
    return row;
  }

  private Task find(Call call, String privilege) {
    String upid = call.need("upid");
    if (Upid.parse(upid).isEmpty()) {
      throw Refusal.parameter("upid", "unable to parse worker upid");
    }
    Task task = tasks.find(upid).orElseThrow(() -> Refusal.parameter("upid", "no such task"));
    if (!mine(call, task)) {
      access.check(call.caller(), "/nodes/" + call.node(), privilege);
    }
    return task;
  }

  private Object status(Call call) {
    Task task = find(call, "Sys.Audit");
    Map<String, Object> row = row(task);
    row.remove("endtime");
    row.put("status", task.running() ? "running" : "stopped");
    task.status().ifPresent(status -> row.put("exitstatus", status));
    return row;
  }

  private Object log(Call call) {
    List<String> lines = find(call, "Sys.Audit").lines();
    long start = call.number("start", 0);
    long limit = call.number("limit", 50);
    List<Object> rows = new ArrayList<>();
    for (long i = start; i < lines.size() && (limit == 0 || rows.size() < limit); i++) {
      rows.add(Map.of("n", i + 1, "t", lines.get((int) i)));
    }
    if (lines.isEmpty()) {
      rows.add(Map.of("n", 1, "t", "no content"));
    }
    return rows;
  }

  private @Nullable Object stop(Call call) {
    tasks.stop(find(call, "Sys.Modify"));
    return null;
  }
}
