package dev.proxkiln.cli.node;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.port.Ports;
import dev.proxkiln.core.port.PvePort;
import dev.proxkiln.core.port.Secrets;
import java.util.function.Function;

/**
 * A target that answers.
 *
 * @param facts the snapshot that plans are made from
 * @param pve calls to it
 * @param ports every edge of a run, for the secrets of that run
 */
public record Connection(Facts facts, PvePort pve, Function<Secrets, Ports> ports) {}
