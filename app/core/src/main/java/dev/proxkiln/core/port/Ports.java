package dev.proxkiln.core.port;

/**
 * Every edge that a run needs.
 *
 * @param time the clock, and waiting
 */
public record Ports(
    PvePort pve,
    Commands commands,
    NodeFiles files,
    Downloads downloads,
    Consoles consoles,
    Secrets secrets,
    Time time) {}
