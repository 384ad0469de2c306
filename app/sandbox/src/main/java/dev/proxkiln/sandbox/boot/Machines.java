package dev.proxkiln.sandbox.boot;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/** Running guests. Thread-safe; calls for one guest come one at a time. */
public interface Machines extends AutoCloseable {

  /** Whether a guest runs. */
  boolean running(int vmid);

  /** The process of a running guest. */
  OptionalLong pid(int vmid);

  /** Bytes that a running guest has written to its disks since it was started. */
  default long written(int vmid) {
    return 0;
  }

  /** Seconds since a running guest was started, 0 when it does not run. */
  long uptime(int vmid);

  /**
   * Starts a guest.
   *
   * @param log told what a task log shows
   * @throws dev.proxkiln.sandbox.refusal.Refusal when it cannot be started
   */
  void start(MachineSpec spec, Consumer<String> log);

  /** Takes the power away; a guest that does not run stays so. */
  void stop(int vmid);

  /**
   * Presses the power button and waits.
   *
   * @return whether the guest has ended in time
   */
  boolean powerDown(int vmid, Duration limit);

  /** Presses the reset button. */
  void reset(int vmid);

  /** The answer of a guest agent. */
  sealed interface AgentAnswer {
    /** The agent's {@code return}. */
    record Said(JsonNode value) implements AgentAnswer {}

    /** The agent's error. */
    record Failed(String description) implements AgentAnswer {}

    /** No agent answered in time. */
    record Silent() implements AgentAnswer {}
  }

  /**
   * Talks to the guest agent.
   *
   * @param command such as guest-ping
   */
  AgentAnswer agent(int vmid, String command, Map<String, ?> arguments, Duration limit);

  /** What only the sandbox tells: SSH port, console log, accelerator. */
  Optional<Map<String, Object>> describe(int vmid);

  /** {@code qemu} or {@code simulated}. */
  String mode();

  /** {@code tcg}, {@code kvm} or {@code none}. */
  String accelerator();

  /** Lets go of what is running, without stopping it. */
  @Override
  void close();
}
