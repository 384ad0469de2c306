package dev.proxkiln.sandbox.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.sandbox.Api;
import dev.proxkiln.sandbox.Sandbox;
import dev.proxkiln.sandbox.SandboxOptions;
import dev.proxkiln.sandbox.boot.BootMode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the sandbox serves is in the contract, and every format of it is really checked. */
final class CoverageTest {
  @TempDir Path dir;
  private final List<String> endpoints = new ArrayList<>();

  @BeforeEach
  void askForEndpoints() throws IOException {
    try (Sandbox sandbox = Sandbox.open(SandboxOptions.in(dir).withBootMode(BootMode.SIMULATED))) {
      Api.root(sandbox)
          .sandbox("GET", "", "")
          .data()
          .path("endpoints")
          .forEach(endpoint -> endpoints.add(endpoint.asString()));
    }
  }

  private static Endpoint find(Contract contract, String endpoint) {
    String[] parts = endpoint.split(" ", 2);
    String path = parts[1].replaceAll("\\{[^}]+}", "x");
    return contract.find(parts[0], path).map(Contract.Match::endpoint).orElse(null);
  }

  @Test
  void servesNoEndpointThatANodeOfTheRunningReleaseLacks() {
    assertThat(endpoints).hasSizeGreaterThan(60);
    Contract contract = Contract.of("9.2");
    assertThat(endpoints)
        .allSatisfy(
            endpoint ->
                assertThat(find(contract, endpoint))
                    .as(endpoint)
                    .isNotNull()
                    .extracting(Endpoint::key)
                    .isEqualTo(endpoint));
  }

  @ParameterizedTest
  @ValueSource(strings = {"8.4", "9.1", "9.2"})
  void checksEveryFormatOfWhatItServes(String version) {
    Contract contract = Contract.of(version);
    for (String endpoint : endpoints) {
      Endpoint found = find(contract, endpoint);
      if (found != null) {
        assertThat(contract.uncheckedFormats(found)).as(endpoint).isEmpty();
      }
    }
  }
}
