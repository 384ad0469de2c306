/**
 * This machine: processes, files, downloads, keys and consoles, as implementations of core's ports.
 * Only {@link dev.proxkiln.host.HostSlug} lives at the top; every mechanism has a package of its
 * own. Rule: host alone starts processes, writes files and opens sockets, and knows no PVE call.
 */
@NullMarked
package dev.proxkiln.host;

import org.jspecify.annotations.NullMarked;
