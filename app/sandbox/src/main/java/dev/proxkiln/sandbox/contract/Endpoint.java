package dev.proxkiln.sandbox.contract;

import tools.jackson.databind.JsonNode;

/**
 * One verb on one path, as the contract describes it.
 *
 * @param verb GET, POST, PUT or DELETE
 * @param template path with variables in braces, such as {@code /nodes/{node}/qemu/{vmid}/config}
 * @param json the contract's own line for it
 */
public record Endpoint(String verb, String template, JsonNode json) {

  /** Verb and template in one text, by which handlers are found. */
  public String key() {
    return verb + " " + template;
  }

  /** Whether API tokens may call it. */
  public boolean tokenAllowed() {
    return json.path("token").asBoolean(true);
  }

  /** The privilege expression, a missing node when there is none. */
  public JsonNode privileges() {
    return json.path("check");
  }

  JsonNode parameters() {
    return json.path("params");
  }

  boolean closed() {
    return json.path("closed").asBoolean(false);
  }
}
