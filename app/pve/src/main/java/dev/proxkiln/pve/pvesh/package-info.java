/**
 * The transports by {@code pvesh}: on the node itself, and on a node over ssh; files over ssh.
 *
 * <p>Rules: arguments are lists, and the one place that needs a shell's text (ssh) quotes every
 * word; a secret goes to standard input or nowhere; an exit code alone means nothing.
 */
@NullMarked
package dev.proxkiln.pve.pvesh;

import org.jspecify.annotations.NullMarked;
