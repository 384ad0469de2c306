package dev.proxkiln.core.port;

import dev.proxkiln.core.call.Verb;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/**
 * A call ready to be sent.
 *
 * @param verb what to do
 * @param path absolute path of the API, unencoded
 * @param params name to values, one value unless the parameter is an array
 * @param secrets names of the parameters that hold a secret: never on a command line, never logged
 * @param file file on this machine to send along
 */
public record ResolvedCall(
    Verb verb,
    String path,
    SequencedMap<String, List<String>> params,
    Set<String> secrets,
    Optional<Path> file) {

  public ResolvedCall {
    params = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(params));
    secrets = Set.copyOf(secrets);
  }

  /** A read call with alternating names and values. */
  public static ResolvedCall get(String path, String... namesAndValues) {
    LinkedHashMap<String, List<String>> params = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      params.put(namesAndValues[i], List.of(namesAndValues[i + 1]));
    }
    return new ResolvedCall(Verb.GET, path, params, Set.of(), Optional.empty());
  }

  /** For logs: verb and path, no values. */
  @Override
  public String toString() {
    return verb + " " + path + " " + params.keySet();
  }
}
