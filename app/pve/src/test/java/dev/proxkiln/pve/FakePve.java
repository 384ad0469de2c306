package dev.proxkiln.pve;

import dev.proxkiln.core.port.PvePort;
import dev.proxkiln.core.port.ResolvedCall;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.pve.problem.PveErrors;
import dev.proxkiln.pve.wire.Json;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A port with prepared answers to read calls; everything else is refused with 403. */
final class FakePve implements PvePort {
  private final Map<String, Object> answers = new ConcurrentHashMap<>();
  final List<String> asked = new CopyOnWriteArrayList<>();

  FakePve on(String path, String json) {
    answers.put(path, json);
    return this;
  }

  FakePve refuse(String path, int code, String message) {
    answers.put(path, PveErrors.classify("GET " + path, message, code).raise());
    return this;
  }

  @Override
  public Answer send(ResolvedCall call) {
    asked.add(call.path());
    Object answer = answers.get(call.path());
    if (answer instanceof ProblemException problem) {
      throw problem;
    }
    if (answer == null) {
      throw PveErrors.classify("GET " + call.path(), "Permission check failed", 403).raise();
    }
    return new Answer(Json.read((String) answer), Optional.empty());
  }

  @Override
  public TaskEnd await(String upid, TaskWatch watch) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void settle(String node, long vmid) {
    throw new UnsupportedOperationException();
  }
}
