/**
 * The ways to a node: the transport, the credentials, the facts, and the sandbox node that stands
 * in where there is none. Rule: what a node says is masked before anybody reads it.
 */
@NullMarked
package dev.proxkiln.cli.node;

import org.jspecify.annotations.NullMarked;
